"""Treatment goals, reviews, and slips of community meetings.

A goal, a review and a slip are written once. What becomes of each is added as a row of its own, so that nothing that was
written is lost: a later row counts in place of an earlier one. The words about a client are notes, which can be erased.
"""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class ListedGoalRow(Base):
    """A goal of a site's list. Its words never change: a renamed one is retired, and another one names it."""

    __tablename__ = "listed_goal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    renames_id: Mapped[int | None] = mapped_column(ForeignKey("listed_goal.id"))
    created_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    retired_at: Mapped[datetime | None]


class GoalRow(Base):
    """A goal of a client. `behavior` is the track that pays it, or None. `listed_id` is where its words come from."""

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(20))
    listed_id: Mapped[int | None] = mapped_column(ForeignKey("listed_goal.id"))
    title_digest: Mapped[bytes] = mapped_column(LargeBinary)
    due_on: Mapped[date]
    behavior: Mapped[str | None] = mapped_column(String(60))
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class GoalStep(Base):
    """A step of a goal, in the order in which they were written."""

    __tablename__ = "goal_step"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class GoalChange(Base):
    """What became of a goal, see `domain.goals.goals`.

    `on_day` is the day on which it was met, `due_on` the day to which it was moved, `visit_id` the visit that pays it.
    """

    __tablename__ = "goal_change"
    __table_args__ = (
        CheckConstraint("what IN ('ticked', 'unticked', 'moved', 'met', 'dropped')", name="what_is_known"),
        CheckConstraint("(what IN ('ticked', 'unticked')) = (step_id IS NOT NULL)", name="only_a_tick_names_a_step"),
        CheckConstraint("(what = 'moved') = (due_on IS NOT NULL)", name="only_a_move_has_a_due_day"),
        CheckConstraint("(what = 'met') = (on_day IS NOT NULL)", name="only_a_met_goal_has_its_day"),
        CheckConstraint("visit_id IS NULL OR what = 'met'", name="only_a_met_goal_names_a_visit"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    what: Mapped[str] = mapped_column(String(10))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("goal_step.id"))
    due_on: Mapped[date | None]
    on_day: Mapped[date | None]
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ReviewRow(Base):
    """A review of a client that is due on a day. `follows_id` is the weekly review after which this one came."""

    __tablename__ = "review"
    __table_args__ = (CheckConstraint("kind IN ('check_in', 'weekly', 'transition')", name="kind_is_known"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"), unique=True)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ReviewChange(Base):
    """What became of a review: done, moved to a day, dropped; or a lead lets it repeat, or ends that."""

    __tablename__ = "review_change"
    __table_args__ = (
        CheckConstraint("what IN ('done', 'moved', 'dropped', 'repeats', 'once')", name="what_is_known"),
        CheckConstraint("(what = 'moved') = (due_on IS NOT NULL)", name="only_a_move_has_a_due_day"),
        CheckConstraint("(what = 'done') = (on_day IS NOT NULL)", name="only_a_done_review_has_its_day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    what: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    on_day: Mapped[date | None]
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class MeetingSlip(Base):
    """A slip of a community meeting, as it was handed in: which meeting, when, and who signed it."""

    __tablename__ = "meeting_slip"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    on_day: Mapped[date]
    time_of_day: Mapped[time]
    meeting_digest: Mapped[bytes] = mapped_column(LargeBinary)
    signer_digest: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class SlipDecision(Base):
    """Staff accept a slip or do not. `visit_id` is the visit that an accepted one pays, or None where nothing is paid."""

    __tablename__ = "slip_decision"
    __table_args__ = (
        CheckConstraint("decision IN ('accepted', 'declined')", name="decision_is_known"),
        CheckConstraint("(decision = 'declined') = (note_digest IS NOT NULL)", name="a_declined_slip_has_a_reason"),
        CheckConstraint("visit_id IS NULL OR decision = 'accepted'", name="only_an_accepted_slip_pays"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("meeting_slip.id"), unique=True)
    decision: Mapped[str] = mapped_column(String(10))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
