"""Write a step of a goal."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import GoalStep
from cm_tracker.operations.steps.save_note import save_note


def write_goal_step(session: Session, goal_id: int, words: str, *, actor: Actor, now: datetime) -> int:
    """Write a step that was checked, after those that the goal has, and return its id."""
    step_id: int = session.execute(
        insert(GoalStep)
        .values(goal_id=goal_id, note_digest=save_note(session, words), recorded_at=now, staff_id=actor.staff_id)
        .returning(GoalStep.id)
    ).scalar_one()
    return step_id
