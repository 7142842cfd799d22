"""Trades: slips that were handed back for one of the next tier."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base
from cm_tracker.models.records import SealedRecord


class Trade(SealedRecord, Base):
    """Slips of a `tier` for one of `to_tier`. Sealed.

    `draws` are the ids of the draws that gave them, as JSON: no draw is traded twice. `cents` is what the
    client gained in value; it counts against the ceilings of the enrollment.
    """

    __tablename__ = "trade"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    happened_on: Mapped[date]
    tier: Mapped[str] = mapped_column(String(24))
    draws: Mapped[str] = mapped_column(Text)
    to_tier: Mapped[str] = mapped_column(String(24))
    cents: Mapped[int]
    confirmed: Mapped[str] = mapped_column(String(10))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
