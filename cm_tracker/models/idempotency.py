"""What keeps a write from happening twice, and a guess from being tried for ever."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base


class IdempotencyKey(Base):
    """A key made when a form was shown: the same key and content gets the first answer again."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    operation: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[int]
    made_at: Mapped[datetime]


class Throttle(Base):
    """Failed tries for one subject: an account, a client code or a device. Never a whole clinic."""

    __tablename__ = "throttle"

    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime]
