"""Visits: what happened on a day, its evidence, and the outcome that followed from it. Sealed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Visit(Base):
    """One visit. A correction is a new row that names the one it supersedes (`corrects_id`)."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('met', 'positive', 'unexcused', 'refused', 'tampered', 'excused', 'dilute', "
            "'pending', 'disputed')",
            name="outcome_is_known",
        ),
        CheckConstraint("day_place BETWEEN 1 AND 3", name="day_place_is_one_of_three"),
        # The event itself is unique: one outcome for a place in a day, one record for a specimen.
        Index(
            "uq_visit_event",
            "enrollment_id",
            "behavior",
            "happened_on",
            "day_place",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
        Index(
            "uq_visit_specimen",
            "site_id",
            "specimen_id",
            unique=True,
            sqlite_where=text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
            postgresql_where=text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    behavior: Mapped[str] = mapped_column(String(60))
    happened_on: Mapped[date]
    day_place: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    specimen: Mapped[str | None] = mapped_column(String(20))
    specimen_id: Mapped[str | None] = mapped_column(String(40))
    temperature: Mapped[str | None] = mapped_column(String(20))
    collected_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    excuse: Mapped[str | None] = mapped_column(String(40))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'visit:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )


class VisitResult(Base):
    """What a test said of one analyte: negative, positive, or pending at the laboratory."""

    __tablename__ = "visit_result"
    __table_args__ = (CheckConstraint("result IN ('negative', 'positive', 'pending')", name="result_is_known"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    analyte: Mapped[str] = mapped_column(String(60), primary_key=True)
    result: Mapped[str] = mapped_column(String(20))
