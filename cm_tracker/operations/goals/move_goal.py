"""Staff move the due day of a goal."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NothingChanged
from cm_tracker.domain.goals.goals import MOVED, check_due_day, check_open
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_goal import lock_goal
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_goal_change import write_goal_change


@one_transaction
def move_goal(
    session: Session,
    *,
    goal_id: int,
    due_on: date,
    note: str = "",
    seen: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Move an open goal to another due day, and return the change's id. The days before stay in its history.

    `seen` is the newest change that the page showed: where there is another one by now, raise `ChangedMeanwhile`. Raise
    `AlreadySettled`, `BadInput` for a day that cannot be, and `NothingChanged`.
    """
    request = IdempotentRequest(key, "move_goal", [goal_id, due_on.isoformat(), note], actor, now)
    goal = lock_goal(session, goal_id, "goal:change", actor, request)

    def write() -> int:
        check_open(goal.standing)
        goal.check_seen(seen)
        check_due_day(due_on, goal.enrollment.history.day_of(now))
        if due_on == goal.standing.due_on:
            raise NothingChanged(field="due_on")
        digest = save_note(session, note)
        return write_goal_change(session, goal, MOVED, actor=actor, now=now, due_on=due_on, note_digest=digest)

    return request.run(session, write)
