"""What a point is worth, and schedules: a name, its published versions, and the drafts that leads work on."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Program(Base):
    """The program's currency and its value of a point, in the only row.

    The currency is the code of ISO 4217 of all `..._cents`. It cannot change once a schedule is published, a prize is in
    the catalog or anything is booked; the value of a point cannot once a point was issued.
    """

    __tablename__ = "program"
    __table_args__ = (
        CheckConstraint("id = 1", name="there_is_one"),
        CheckConstraint("point_value_cents >= 1", name="point_value_is_positive"),
        CheckConstraint("length(currency) = 3", name="currency_is_a_code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    point_value_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3), server_default="USD")


class ScheduleRow(Base):
    """A schedule by its name; its documents are its versions. One with a `retired_at` takes no new enrollment.

    `name` is that of its first version and never changes. Where a lead renamed it, it is called `renamed_to`, and so are
    the versions that were published until `renamed_at`; what they were approved under stays their schedule's own.
    """

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    renamed_to: Mapped[str | None] = mapped_column(String(120), unique=True, index=True)
    renamed_at: Mapped[datetime | None]


class ScheduleVersion(Base):
    """A published version: its document never changes. Sealed.

    `staff_id` approved it, and `sent_by_id` is another lead who sent it; or one lead published it alone, under the
    written statement with `statement_digest`. `starts_on` is the first day on which somebody can be enrolled in it.
    `name` is its own name where that is not the schedule's, and `preset` the preset from which it was made. Versions
    of before there were two leads have none of these, nor do those that a command published.
    """

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
    name: Mapped[str | None] = mapped_column(String(120))
    preset: Mapped[str | None] = mapped_column(String(60))
    starts_on: Mapped[date | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    statement_digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class ScheduleDraft(Base):
    """A document that a lead works on. It may have any mistakes, and nobody is paid by it.

    It remembers the version or the preset that it was made from. While `sent_at` is set it waits for a second lead and
    does not change: `sent_by_id` sent it as the next version of `next_of_id`, or as a new schedule. `returned_at` says
    when another lead sent it back. `not_exchanged_from` is the currency in which its amounts were written, where that is
    not the program's: the numbers stayed, and the page says so.
    """

    __tablename__ = "schedule_draft"
    # The id of a deleted draft is never used again, because somebody may still have its page open.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("schedule_version.id"))
    preset: Mapped[str | None] = mapped_column(String(60))
    next_of_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    starts_on: Mapped[date | None]
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sent_note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    returned_note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    not_exchanged_from: Mapped[str | None] = mapped_column(String(3))


class ScheduleOffer(Base):
    """A decision whether a site offers a schedule to who is enrolled. Rows are only added: the newest one counts."""

    __tablename__ = "schedule_offer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    is_offered: Mapped[bool]
    decided_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class LeadStatement(Base):
    """A lead's written statement that the program has one lead, who therefore publishes alone.

    It holds until `ended_at`: the lead revoked it, or a second lead's account was opened.
    """

    __tablename__ = "lead_statement"
    __table_args__ = (CheckConstraint("end_reason IN ('revoked', 'second_lead', 'closed')", name="end_is_known"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    stated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    end_reason: Mapped[str | None] = mapped_column(String(20))
