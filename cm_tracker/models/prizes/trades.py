"""Trades: slips that clients handed back for one of the next tier."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base
from cm_tracker.models.records import SealedRecord


class Trade(SealedRecord, Base):
    """Slips of a `tier` for one of `to_tier`. Sealed.

    `draws` has the ids of their draws as JSON, because no draw may be traded twice. `cents` is the value that
    the client gained. Ceilings do not count it: they counted the slips on the days on which they were drawn.
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
