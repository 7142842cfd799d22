"""The clinic's week: services with their meetings, clients' plans, the calendar, and what staff noted of a day.

None of it changes what was paid: visits do, and they are sealed. Rows are added and ended, and their content is not
edited, so what was expected on a past day can be worked out again.
"""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class ServiceRow(Base):
    """A service of a site: a group, a session, a test visit. A retired one is in no new plan."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(30))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    place: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[int | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ServiceCodes(Base):
    """The codes with which a service is billed; empty where none is set. Written once: the newest row holds."""

    __tablename__ = "service_codes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    procedure_code: Mapped[str] = mapped_column(String(20))
    negative_code: Mapped[str] = mapped_column(String(20))
    positive_code: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class MeetingRow(Base):
    """A meeting of a service in the week. A change from a day on ends it and adds another one."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_is_one_of_seven"),
        CheckConstraint("minutes BETWEEN 5 AND 720", name="minutes_fit_a_day"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days_are_in_order"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    weekday: Mapped[int]
    time_of_day: Mapped[time]
    minutes: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class PlanRow(Base):
    """What a client comes to from a day on. It is never edited: another plan takes its place."""

    __tablename__ = "plan"
    __table_args__ = (CheckConstraint("hours_required BETWEEN 0 AND 60", name="hours_fit_a_week"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    from_on: Mapped[date]
    level: Mapped[str] = mapped_column(String(30))
    hours_required: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PlanItemRow(Base):
    """A service of a plan. `weekdays` are digits in order, Monday is 0: "024"."""

    __tablename__ = "plan_item"
    __table_args__ = (CheckConstraint("hours_between BETWEEN 0 AND 336", name="hours_between_fit"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    weekdays: Mapped[str] = mapped_column(String(7))
    behavior: Mapped[str | None] = mapped_column(String(60))
    time_of_day: Mapped[time | None]
    is_drawn: Mapped[bool]
    hours_between: Mapped[int]


class DrawnDay(Base):
    """A test day that the program drew. One that was drawn again is deleted, if it had not come yet."""

    __tablename__ = "drawn_day"

    plan_item_id: Mapped[int] = mapped_column(ForeignKey("plan_item.id"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)


class ClosureRow(Base):
    """Days on which a site is closed. One that was entered by mistake is withdrawn."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days_are_in_order"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    name: Mapped[str] = mapped_column(String(80))
    make_up_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None]


class AwayRow(Base):
    """Days on which a member of staff is away from a site, and who leads their services there."""

    __tablename__ = "away"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days_are_in_order"),
        CheckConstraint("stand_in_id <> member_id", name="somebody_else_stands_in"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None]


class SlotNote(Base):
    """What staff noted of a slot, see `domain.day.states`. The newest note of a slot counts.

    A note of somebody who was not expected makes a slot of its own. `visit_id` is the visit that was recorded with it.
    """

    __tablename__ = "slot_note"
    __table_args__ = (
        CheckConstraint(
            "status IN ('arrived', 'later', 'moved', 'attended', 'excused', 'absent', 'open', 'not_coming')",
            name="status_is_known",
        ),
        CheckConstraint("minutes BETWEEN 0 AND 720", name="minutes_fit_a_day"),
        Index("ix_slot_note_day", "site_id", "on_day"),
        Index("ix_slot_note_to_day", "site_id", "to_day"),
        Index("ix_slot_note_enrollment", "enrollment_id", "on_day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    on_day: Mapped[date]
    status: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    excuse: Mapped[str | None] = mapped_column(String(40))
    to_day: Mapped[date | None]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class DayClosing(Base):
    """A day of a site that was closed: every slot has its outcome. A lead can open it again."""

    __tablename__ = "day_closing"
    __table_args__ = (
        Index(
            "ix_day_closing_day",
            "site_id",
            "on_day",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    on_day: Mapped[date]
    closed_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ClosedDayRow(Base):
    """A closed day of a site of which every excused visit was recorded."""

    __tablename__ = "closed_day"
    __table_args__ = (
        UniqueConstraint("closure_id", "on_day", name="uq_closed_day_closure_id"),
        Index("ix_closed_day_day", "site_id", "on_day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    closure_id: Mapped[int] = mapped_column(ForeignKey("closure.id"))
    on_day: Mapped[date]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CallRow(Base):
    """A call to a client who did not come on a day, see `domain.day.calls`. The newest one counts."""

    __tablename__ = "no_show_call"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('calling', 'stopped', 'reached', 'excused', 'left_word', 'no_answer')",
            name="outcome_is_known",
        ),
        Index("ix_no_show_call_day", "site_id", "on_day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    on_day: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(10))
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class DowntimeLine(Base):
    """What was typed of one client from the paper sheet of a day on which the program was down.

    Its visits and its redemption are sealed by themselves. `happened_at` is the time on the paper, `initials` are those
    on it, and `recorded_at` and `staff_id` say when it was typed and by whom. Somebody else compares it with the paper
    and signs.
    """

    __tablename__ = "downtime_line"
    __table_args__ = (
        CheckConstraint("(signed_at IS NULL) = (signed_by_id IS NULL)", name="signature_is_whole"),
        CheckConstraint("signed_by_id <> staff_id", name="second_person_signs"),
        Index("ix_downtime_line_day", "site_id", "on_day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    on_day: Mapped[date]
    happened_at: Mapped[datetime | None]
    initials: Mapped[str] = mapped_column(String(20))
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"), unique=True)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class DowntimeVisit(Base):
    """A visit that a line of a downtime sheet recorded. Written once."""

    __tablename__ = "downtime_visit"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(ForeignKey("downtime_line.id"), index=True)
