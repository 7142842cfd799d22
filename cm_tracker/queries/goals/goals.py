"""The goals of an enrollment, with their steps and everything that became of each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.goals import goals
from cm_tracker.models import GoalChange, GoalRow, GoalStep, Note, Staff
from cm_tracker.queries.goals.paid_goals import goals_paid
from cm_tracker.queries.goals.told import Told, in_order, told_from, told_of


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
        return told_of(self.told, self.standing.settled_by)


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
                tuple(told_from(one, one.visit_id, words.get(one.step_id)) for one in mine),
                mine[-1].id if mine else 0,
            )
        )
    return in_order(found)


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
