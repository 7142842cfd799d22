"""Checkpoints of the log, where they anchor the audit trail, and the verifications that were run."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.models.records import SealedRecord


class CheckpointRow(Base):
    """A signed checkpoint (`note`), with the peaks of the tree at its size, from which a later one continues."""

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, index=True)
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))


class AuditAnchor(SealedRecord, Base):
    """The audit trail as it was when a checkpoint was taken, which therefore covers it. Sealed.

    `last_event_id` is the newest event, `events` counts them, and `audit_hash` is that event's hash. `previous_digest`
    is SHA-256 of the note of the checkpoint before, None for the first.
    """

    __tablename__ = "audit_anchor"

    last_event_id: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int] = mapped_column(BigInteger)
    audit_hash: Mapped[bytes] = mapped_column(LargeBinary)
    previous_digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class LedgerCheck(Base):
    """A verification of the ledger. After one with findings, nothing is sealed until an admin releases it."""

    __tablename__ = "ledger_check"
    __table_args__ = (
        Index(
            "ix_ledger_check_unreleased",
            "id",
            sqlite_where=text("findings > 0 AND released_at IS NULL"),
            postgresql_where=text("findings > 0 AND released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    level: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    findings: Mapped[int]
    report: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
