"""Purchases of prizes: requested by one person, authorized by another, received by a third, or ended. No row is ever edited."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class PurchaseRow(Base):
    """A request to buy `quantity` of a prize for a site, at `unit_cents` each, perhaps from a source of money."""

    __tablename__ = "purchase"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        CheckConstraint("unit_cents >= 1", name="cost_is_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("funding_source.id"))
    quantity: Mapped[int]
    unit_cents: Mapped[int]
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    requested_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PurchaseDecision(Base):
    """What became of a request: somebody else authorized or declined it, or whoever asked withdrew it. Once."""

    __tablename__ = "purchase_decision"
    __table_args__ = (
        CheckConstraint("decision IN ('authorized', 'declined', 'withdrawn')", name="decision_is_known"),
        CheckConstraint("decision <> 'authorized' OR staff_id <> requested_by_id", name="second_person_authorizes"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), unique=True)
    decision: Mapped[str] = mapped_column(String(20))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PurchaseReceipt(Base):
    """An authorized purchase has arrived: the delivery that booked it. Once."""

    __tablename__ = "purchase_receipt"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), unique=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PurchaseEnd(Base):
    """An authorized purchase will not arrive. Once."""

    __tablename__ = "purchase_end"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), unique=True)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
