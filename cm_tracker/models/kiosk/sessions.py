"""The sessions of the kiosk, each of which shows one client their card for one minute, and how a client wants to see it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class KioskSession(Base):
    """A client's session at one tablet of the kiosk; the table has only the hash of its token.

    `language`, `text_size` and `colors` were chosen for this session alone, and are None where nothing was.
    """

    __tablename__ = "kiosk_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"), index=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    language: Mapped[str | None] = mapped_column(String(10))
    text_size: Mapped[str | None] = mapped_column(String(10))
    colors: Mapped[str | None] = mapped_column(String(10))


class KioskPreference(Base):
    """How a client wants to see the kiosk whenever they come. It says nothing about their treatment and is not sealed."""

    __tablename__ = "kiosk_preference"
    __table_args__ = (
        CheckConstraint("text_size IN ('usual', 'large', 'largest')", name="known_text_size"),
        CheckConstraint("colors IN ('usual', 'contrast', 'dark')", name="known_colors"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), primary_key=True)
    hides_amounts: Mapped[bool]
    text_size: Mapped[str] = mapped_column(String(10))
    colors: Mapped[str] = mapped_column(String(10))
