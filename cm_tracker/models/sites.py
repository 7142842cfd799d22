"""Sites: a clinic's places, each with its time zone, cabinet and outside accounts."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Site(Base):
    __tablename__ = "site"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    time_zone: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
