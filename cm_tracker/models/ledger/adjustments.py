"""Adjustments: amounts outside every schedule that one lead requests and a second one approves. They are rare."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.models.records import SealedRecord


class AdjustmentRequest(Base):
    """A lead's request. It changes no balance, and it is decided once."""

    __tablename__ = "adjustment_request"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_is_not_zero"),
        CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="decision_is_known"),
        CheckConstraint(
            "decision IS NULL OR decision <> 'approved' OR decided_by_id <> staff_id",
            name="second_person_approves",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    unit: Mapped[str] = mapped_column(String(30))
    amount: Mapped[int] = mapped_column(BigInteger)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    requested_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decision: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decision_note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class Adjustment(SealedRecord, Base):
    """An approved adjustment: `requested_by_id` requested it, `staff_id` approved and posted it. Sealed."""

    __tablename__ = "adjustment"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_is_not_zero"),
        CheckConstraint("staff_id <> requested_by_id", name="second_person_approves"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    unit: Mapped[str] = mapped_column(String(30))
    amount: Mapped[int] = mapped_column(BigInteger)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    request_id: Mapped[int] = mapped_column(ForeignKey("adjustment_request.id"), unique=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
