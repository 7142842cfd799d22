"""Counts of the cabinet, and who signed them."""

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base
from cm_tracker.models.records import SealedRecord


class StockCount(SealedRecord, Base):
    """A count at a site. Sealed. `lines` is JSON, [[prize, counted, expected], ...] by prize."""

    __tablename__ = "stock_count"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    lines: Mapped[str] = mapped_column(Text)


class CountSignature(SealedRecord, Base):
    """The second person's signature of a count; its transaction books what was missing or found. Sealed."""

    __tablename__ = "count_signature"

    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
