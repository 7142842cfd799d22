"""Lock the client of a goal, and find out how the goal stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import ChangedMeanwhile, NotFound
from cm_tracker.domain.goals.goals import Change, Standing, standing_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import GoalChange, GoalRow
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment, lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.queries.goals.paid_goals import goals_paid


@dataclass(frozen=True, slots=True)
class LockedGoal:
    """A goal whose client is locked until the commit. `seen` is its newest change, 0 without one.

    `paid` has the goal that each visit of the enrollment pays, by the visit's first record.
    """

    id: int
    kind: str
    behavior: str | None
    due_on: date
    standing: Standing
    seen: int
    paid: Mapping[int, int]
    enrollment: LockedEnrollment

    def check_seen(self, seen: int | None) -> None:
        """Raise `ChangedMeanwhile` where the goal has another change than the newest one that a page showed."""
        if seen is not None and seen != self.seen:
            raise ChangedMeanwhile


def lock_goal(session: Session, goal_id: int, permission: str, actor: Actor, request: IdempotentRequest) -> LockedGoal:
    """Lock the client of a goal, and read the goal. Raise `NotFound` for a goal of another site, and `NotAllowed`."""
    goal = session.execute(
        select(GoalRow.enrollment_id, GoalRow.kind, GoalRow.behavior, GoalRow.due_on).where(GoalRow.id == goal_id)
    ).one_or_none()
    if goal is None:
        raise NotFound(what="goal")
    enrollment = lock_enrollment(session, goal.enrollment_id, permission, actor, request)
    changes = tuple(
        Change(row.id, row.what, row.step_id, row.due_on, row.on_day, row.visit_id)
        for row in session.execute(
            select(
                GoalChange.id,
                GoalChange.what,
                GoalChange.step_id,
                GoalChange.due_on,
                GoalChange.on_day,
                GoalChange.visit_id,
            )
            .where(GoalChange.goal_id == goal_id)
            .order_by(GoalChange.id)
        )
    )
    paid = goals_paid(session, goal.enrollment_id)
    counting = {visit.id for visit in enrollment.history.visits if paid.get(visit.id) == goal_id}
    standing = standing_of(goal.due_on, changes, counting)
    seen = changes[-1].id if changes else 0
    return LockedGoal(goal_id, goal.kind, goal.behavior, goal.due_on, standing, seen, paid, enrollment)
