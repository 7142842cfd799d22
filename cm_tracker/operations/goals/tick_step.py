"""Staff tick a step of a goal, or take the tick away again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.goals.goals import TICKED, UNTICKED, check_open
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import GoalStep
from cm_tracker.operations.steps.lock_goal import lock_goal
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_goal_change import write_goal_change


@one_transaction
def tick_step(
    session: Session, *, goal_id: int, step_id: int, is_done: bool, key: str, actor: Actor, now: datetime
) -> int:
    """Say whether a step is done, and return the goal's id. Nothing is written where it says so already.

    Raise `AlreadySettled` for a goal that is met or dropped, and `NotFound` for a step of another goal.
    """
    request = IdempotentRequest(key, "tick_step", [goal_id, step_id, is_done], actor, now)
    goal = lock_goal(session, goal_id, "goal:change", actor, request)

    def write() -> int:
        check_open(goal.standing)
        steps = session.execute(select(GoalStep.id).where(GoalStep.goal_id == goal_id)).scalars().all()
        if step_id not in steps:
            raise NotFound(what="goal")
        if is_done != (step_id in goal.standing.done_steps):
            what = TICKED if is_done else UNTICKED
            write_goal_change(session, goal, what, actor=actor, now=now, step_id=step_id)
        return goal_id

    return request.run(session, write)
