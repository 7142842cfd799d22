"""What a point is worth, and schedules: a name, its published versions, and the drafts that leads work on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Program(Base):
    """The program's value of a point, in the only row. It cannot change once a point was issued."""

    __tablename__ = "program"
    __table_args__ = (
        CheckConstraint("id = 1", name="there_is_one"),
        CheckConstraint("point_value_cents >= 1", name="point_value_is_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    point_value_cents: Mapped[int]


class ScheduleRow(Base):
    """A schedule by its name; its documents are its versions. One with a `retired_at` takes no new enrollment."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ScheduleVersion(Base):
    """A published version: its document never changes. Sealed."""

    __tablename__ = "schedule_version"
    __table_args__ = (UniqueConstraint("schedule_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), index=True)
    number: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'schedule_version:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )


class ScheduleDraft(Base):
    """A document that a lead works on. It may have any mistakes, and nobody is paid by it."""

    __tablename__ = "schedule_draft"
    # The id of a deleted draft is never used again, because somebody may still have its page open.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
