"""Clients and their enrollments."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.models.records import SealedRecord


class Client(Base):
    """A person in the program, known by a code. Only staff of their site see the preferred name."""

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    preferred_name: Mapped[str] = mapped_column(String(120))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    language: Mapped[str] = mapped_column(String(10))
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]


class Enrollment(SealedRecord, Base):
    """A client follows a published version of a schedule from a day on. Sealed."""

    __tablename__ = "enrollment"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    schedule_version_id: Mapped[int] = mapped_column(ForeignKey("schedule_version.id"), index=True)
    starts_on: Mapped[date]
