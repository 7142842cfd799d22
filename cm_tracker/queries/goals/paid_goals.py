"""Which goal each visit of an enrollment pays."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.models import GoalChange, GoalRow


def goals_paid(session: Session, enrollment_id: int) -> dict[int, int]:
    """Return the goal that each visit pays, by the visit's first record.

    A visit that was undone and entered again can have been named by two goals: it pays the one that named it last. The
    caller checks whether the actor may see the enrollment.
    """
    goal = aliased(GoalRow)
    newest = (
        select(func.max(GoalChange.id))
        .join(goal, goal.id == GoalChange.goal_id)
        .where(goal.enrollment_id == enrollment_id, GoalChange.visit_id.is_not(None))
        .group_by(GoalChange.visit_id)
    )
    rows = session.execute(select(GoalChange.visit_id, GoalChange.goal_id).where(GoalChange.id.in_(newest)))
    return {row.visit_id: row.goal_id for row in rows if row.visit_id is not None}
