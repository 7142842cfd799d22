"""Idempotency keys, so that no write happens twice, and throttles, so that nobody can guess without end."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base


class IdempotencyKey(Base):
    """A key that was created when a form was shown. The same key and content get the first result again."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    operation: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[int]
    made_at: Mapped[datetime]


class Throttle(Base):
    """The failed tries of one subject: an account, a client code, a device or another source, never a whole clinic.

    `began_at` is when the count began: `failures` have failed since then. For passwords of staff, `staff_id` is the account
    and `source` the browser, address or tablet; where both are known, the count is of the account at this source.
    """

    __tablename__ = "throttle"

    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[int]
    began_at: Mapped[datetime]
    last_failed_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    source: Mapped[str | None] = mapped_column(String(60))
