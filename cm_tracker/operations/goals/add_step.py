"""Staff add a step to an open goal."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.goals.goals import MOST_STEPS, check_open, check_steps
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import GoalStep
from cm_tracker.operations.steps.lock_goal import lock_goal
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_goal_step import write_goal_step


@one_transaction
def add_step(session: Session, *, goal_id: int, words: str, key: str, actor: Actor, now: datetime) -> int:
    """Add a step and return its id. Raise `AlreadySettled`, and `BadInput` for an empty step and for one too many."""
    request = IdempotentRequest(key, "add_step", [goal_id, words], actor, now)
    goal = lock_goal(session, goal_id, "goal:change", actor, request)

    def write() -> int:
        check_open(goal.standing)
        check_steps([words], "step")
        if session.execute(select(func.count()).where(GoalStep.goal_id == goal_id)).scalar_one() >= MOST_STEPS:
            raise BadInput("A goal has at most %(most)s steps.", "step", most=MOST_STEPS)
        step_id = write_goal_step(session, goal_id, words, actor=actor, now=now)
        history = goal.enrollment.history
        note_audit(
            session,
            "step:added",
            f"goal:{goal_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
        )
        return step_id

    return request.run(session, write)
