"""The goals, reviews and slips of an enrollment, with everything that became of each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.goals import goals, reviews
from cm_tracker.models import (
    GoalChange,
    GoalRow,
    GoalStep,
    MeetingSlip,
    Note,
    ReviewChange,
    ReviewRow,
    ServiceRow,
    SlipDecision,
    Staff,
)
from cm_tracker.queries.goals.paid_goals import goals_paid


@dataclass(frozen=True, slots=True)
class Told:
    """Something that became of a goal or a review: who noted it when, and the note, None where it was erased."""

    what: str
    recorded_at: datetime
    staff_name: str | None
    note: str | None
    due_on: date | None
    on_day: date | None
    visit_id: int | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a goal. `words` is None where they were erased."""

    id: int
    words: str | None
    is_done: bool


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal of a client as it stands. `seen` is its newest change, and `told` everything that became of it.

    `title` is None where the words were erased. `behavior` is the track that pays it.
    """

    id: int
    enrollment_id: int
    kind: str
    title: str | None
    behavior: str | None
    first_due_on: date
    recorded_at: datetime
    staff_name: str | None
    standing: goals.Standing
    steps: tuple[StepLine, ...]
    told: tuple[Told, ...]
    seen: int

    @property
    def settled(self) -> Told | None:
        """What met or dropped it, or None for an open one."""
        settled_by = self.standing.settled_by
        if settled_by is None:
            return None
        return next(one for one in reversed(self.told) if one.what == settled_by.what)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review of a client as it stands. `seen` is its newest change, and `told` everything that became of it."""

    id: int
    enrollment_id: int
    kind: str
    first_due_on: date
    standing: reviews.Standing
    told: tuple[Told, ...]
    seen: int

    @property
    def settled(self) -> Told | None:
        """What finished or dropped it, or None for an open one."""
        settled_by = self.standing.settled_by
        if settled_by is None:
            return None
        return next(one for one in reversed(self.told) if one.what == settled_by.what)


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A slip of a community meeting, and what staff decided about it: `decision` is None while it waits.

    `meeting`, `signer` and `reason` are None where they were erased.
    """

    id: int
    enrollment_id: int
    service_id: int
    service_name: str
    on_day: date
    time_of_day: time
    meeting: str | None
    signer: str | None
    recorded_at: datetime
    staff_name: str | None
    decision: str | None
    reason: str | None
    visit_id: int | None
    decided_at: datetime | None
    decided_by: str | None


def goals_of(
    session: Session, enrollment_id: int, visits_that_count: Collection[int], only: int | None = None
) -> tuple[GoalLine, ...]:
    """Return the goals of an enrollment: the open ones by their due days, then the others, the newest first.

    `visits_that_count` are the enrollment's visits that were neither undone nor voided, by their first records. `only` is
    one goal. The caller checks whether the actor may see the enrollment.
    """
    title = aliased(Note)
    chosen = [GoalRow.enrollment_id == enrollment_id, *([GoalRow.id == only] if only is not None else [])]
    rows = session.execute(
        select(
            GoalRow.id,
            GoalRow.kind,
            title.text.label("title"),
            GoalRow.behavior,
            GoalRow.due_on,
            GoalRow.recorded_at,
            Staff.display_name,
        )
        .outerjoin(title, title.digest == GoalRow.title_digest)
        .outerjoin(Staff, Staff.id == GoalRow.staff_id)
        .where(*chosen)
        .order_by(GoalRow.id)
        .limit(goals.MOST_GOALS)
    ).all()
    if not rows:
        return ()
    steps, changes = _steps(session, chosen), _changes(session, chosen)
    paid = goals_paid(session, enrollment_id)
    found = []
    for row in rows:
        counting = {visit_id for visit_id in visits_that_count if paid.get(visit_id) == row.id}
        mine = changes[row.id]
        standing = goals.standing_of(
            row.due_on,
            [goals.Change(one.id, one.what, one.step_id, one.due_on, one.on_day, one.visit_id) for one in mine],
            counting,
        )
        words = {step.id: step.text for step in steps[row.id]}
        found.append(
            GoalLine(
                row.id,
                enrollment_id,
                row.kind,
                row.title,
                row.behavior,
                row.due_on,
                row.recorded_at,
                row.display_name,
                standing,
                tuple(StepLine(step_id, text, step_id in standing.done_steps) for step_id, text in words.items()),
                tuple(_told(one, one.visit_id, words.get(one.step_id)) for one in mine),
                mine[-1].id if mine else 0,
            )
        )
    return _in_order(found)


def reviews_of(session: Session, enrollment_id: int, only: int | None = None) -> tuple[ReviewLine, ...]:
    """Return the newest reviews of an enrollment: the open ones by their due days, then the others, the newest first.

    `only` is one review. The caller checks whether the actor may see the enrollment.
    """
    chosen = [ReviewRow.enrollment_id == enrollment_id, *([ReviewRow.id == only] if only is not None else [])]
    rows = session.execute(
        select(ReviewRow.id, ReviewRow.kind, ReviewRow.due_on)
        .where(*chosen)
        .order_by(ReviewRow.id.desc())
        .limit(reviews.MOST_REVIEWS)
    ).all()
    if not rows:
        return ()
    changes: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            ReviewChange.id,
            ReviewChange.review_id,
            ReviewChange.what,
            ReviewChange.due_on,
            ReviewChange.on_day,
            ReviewChange.recorded_at,
            Note.text,
            Staff.display_name,
        )
        .join(ReviewRow, ReviewRow.id == ReviewChange.review_id)
        .outerjoin(Note, Note.digest == ReviewChange.note_digest)
        .outerjoin(Staff, Staff.id == ReviewChange.staff_id)
        .where(*chosen)
        .order_by(ReviewChange.id)
    ):
        changes[row.review_id].append(row)
    return _in_order(
        ReviewLine(
            row.id,
            enrollment_id,
            row.kind,
            row.due_on,
            reviews.standing_of(
                row.due_on, [reviews.Change(one.id, one.what, one.due_on, one.on_day) for one in changes[row.id]]
            ),
            tuple(_told(one) for one in changes[row.id]),
            changes[row.id][-1].id if changes[row.id] else 0,
        )
        for row in reversed(rows)
    )


def slips_of(session: Session, enrollment_id: int, only: int | None = None) -> tuple[SlipLine, ...]:
    """Return the newest slips of an enrollment, by the days of their meetings. `only` is one slip.

    The caller checks whether the actor may see the enrollment.
    """
    meeting, signer, reason = aliased(Note), aliased(Note), aliased(Note)
    taker, decider = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(
            MeetingSlip.id,
            MeetingSlip.service_id,
            ServiceRow.name,
            MeetingSlip.on_day,
            MeetingSlip.time_of_day,
            meeting.text.label("meeting"),
            signer.text.label("signer"),
            MeetingSlip.recorded_at,
            taker.display_name.label("taken_by"),
            SlipDecision.decision,
            reason.text.label("reason"),
            SlipDecision.visit_id,
            SlipDecision.recorded_at.label("decided_at"),
            decider.display_name.label("decided_by"),
        )
        .join(ServiceRow, ServiceRow.id == MeetingSlip.service_id)
        .outerjoin(SlipDecision, SlipDecision.slip_id == MeetingSlip.id)
        .outerjoin(meeting, meeting.digest == MeetingSlip.meeting_digest)
        .outerjoin(signer, signer.digest == MeetingSlip.signer_digest)
        .outerjoin(reason, reason.digest == SlipDecision.note_digest)
        .outerjoin(taker, taker.id == MeetingSlip.staff_id)
        .outerjoin(decider, decider.id == SlipDecision.staff_id)
        .where(MeetingSlip.enrollment_id == enrollment_id, *([MeetingSlip.id == only] if only is not None else []))
        .order_by(MeetingSlip.on_day.desc(), MeetingSlip.id.desc())
        .limit(MOST_SLIPS)
    )
    return tuple(
        SlipLine(
            row.id, enrollment_id, row.service_id, row.name, row.on_day, row.time_of_day, row.meeting, row.signer,
            row.recorded_at, row.taken_by, row.decision, row.reason, row.visit_id, row.decided_at, row.decided_by,
        )
        for row in rows
    )  # fmt: skip


MOST_SLIPS = 100


def _steps(session: Session, chosen: list[Any]) -> dict[int, list[Any]]:
    steps: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(GoalStep.id, GoalStep.goal_id, Note.text)
        .join(GoalRow, GoalRow.id == GoalStep.goal_id)
        .outerjoin(Note, Note.digest == GoalStep.note_digest)
        .where(*chosen)
        .order_by(GoalStep.id)
    ):
        steps[row.goal_id].append(row)
    return steps


def _changes(session: Session, chosen: list[Any]) -> dict[int, list[Any]]:
    changes: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            GoalChange.id,
            GoalChange.goal_id,
            GoalChange.what,
            GoalChange.step_id,
            GoalChange.due_on,
            GoalChange.on_day,
            GoalChange.visit_id,
            GoalChange.recorded_at,
            Note.text,
            Staff.display_name,
        )
        .join(GoalRow, GoalRow.id == GoalChange.goal_id)
        .outerjoin(Note, Note.digest == GoalChange.note_digest)
        .outerjoin(Staff, Staff.id == GoalChange.staff_id)
        .where(*chosen)
        .order_by(GoalChange.id)
    ):
        changes[row.goal_id].append(row)
    return changes


def _told(row: Any, visit_id: int | None = None, step: str | None = None) -> Told:
    return Told(row.what, row.recorded_at, row.display_name, row.text, row.due_on, row.on_day, visit_id, step)


def _in_order(lines: Any) -> tuple[Any, ...]:
    """Return the open lines by their due days, and then the settled ones, the newest first."""
    found = list(lines)
    is_open = [line for line in found if line.standing.is_open]
    settled = [line for line in found if not line.standing.is_open]
    return (
        *sorted(is_open, key=lambda line: (line.standing.due_on, line.id)),
        *sorted(settled, key=lambda line: (line.seen, line.id), reverse=True),
    )
