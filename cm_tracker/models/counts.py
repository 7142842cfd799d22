"""Counts of the cabinet, and who signed them."""

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class StockCount(Base):
    """What somebody counted at a site: `lines` is JSON, [[prize, counted, expected], ...] by prize. Sealed."""

    __tablename__ = "stock_count"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    lines: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'stock_count:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )


class CountSignature(Base):
    """The second person's: they looked, and what was missing or found is booked by the transaction. Sealed."""

    __tablename__ = "count_signature"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'count_signature:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )
