"""Staff drop a goal of a client, with a reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.goals.goals import DROPPED, check_open
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_goal import lock_goal
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_goal_change import write_goal_change


@one_transaction
def drop_goal(
    session: Session, *, goal_id: int, reason: str, seen: int | None = None, key: str, actor: Actor, now: datetime
) -> int:
    """Drop an open goal, and return the change's id. It pays nothing, and it stays on the client's page with the reason.

    `seen` is the newest change that the page showed: where there is another one by now, raise `ChangedMeanwhile`. Raise
    `AlreadySettled`, and `BadInput` without a reason.
    """
    request = IdempotentRequest(key, "drop_goal", [goal_id, reason], actor, now)
    goal = lock_goal(session, goal_id, "goal:change", actor, request)

    def write() -> int:
        check_open(goal.standing)
        goal.check_seen(seen)
        if not reason.strip():
            raise BadInput("Say why, in a few words.", "reason")
        digest = save_note(session, reason)
        return write_goal_change(session, goal, DROPPED, actor=actor, now=now, note_digest=digest)

    return request.run(session, write)
