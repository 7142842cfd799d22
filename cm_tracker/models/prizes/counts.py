"""Counts of the cabinet, who checked them, and who signed what was missing or extra."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.models.records import SealedRecord


class CountRound(Base):
    """A site's cabinet is being counted: it holds one count or more until one is signed. A site has one open round.

    `ended` is `signed`, `stopped` (before anybody had counted) or `again` (a lead wants another count).
    """

    __tablename__ = "count_round"
    __table_args__ = (
        CheckConstraint("ended IN ('signed', 'stopped', 'again')", name="ended_is_known"),
        CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name="end_is_whole"),
        Index(
            "uq_count_round_open",
            "site_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    began_at: Mapped[datetime]
    began_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    ended: Mapped[str | None] = mapped_column(String(10))


class StockCount(SealedRecord, Base):
    """A count at a site. Sealed. `lines` is JSON, [[prize, counted, expected], ...] by prize.

    `retail` is JSON, too: the retail value of each line's prize in cents on that day. It and `round_id` are NULL in
    counts from before there were rounds.
    """

    __tablename__ = "stock_count"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    lines: Mapped[str] = mapped_column(Text)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("count_round.id"), index=True)
    retail: Mapped[str | None] = mapped_column(Text)


class CountCheck(SealedRecord, Base):
    """A second person found what somebody had counted, before either had seen the ledger's numbers. Sealed.

    `own_count_id` is the count of the second person, if they counted as well instead of looking.
    """

    __tablename__ = "count_check"

    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    own_count_id: Mapped[int | None] = mapped_column(ForeignKey("stock_count.id"))


class CountSignature(SealedRecord, Base):
    """The signature that ends a round; its transaction books what was missing or found. Sealed.

    `lead_id` is the lead who answers for a loss; NULL where nothing was lost, and in signatures from before rounds.
    """

    __tablename__ = "count_signature"

    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
