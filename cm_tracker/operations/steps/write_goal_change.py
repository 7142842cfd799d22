"""Write what became of a goal, and note it in the audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.goals.goals import DROPPED, MET, MOVED, TICKED, UNTICKED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import GoalChange
from cm_tracker.operations.steps.lock_goal import LockedGoal
from cm_tracker.operations.steps.note_audit import note_audit


def write_goal_change(
    session: Session,
    goal: LockedGoal,
    what: str,
    *,
    actor: Actor,
    now: datetime,
    step_id: int | None = None,
    due_on: date | None = None,
    on_day: date | None = None,
    note_digest: bytes | None = None,
    visit_id: int | None = None,
) -> int:
    """Write a change of a goal and return its id. The audit trail gets its day, and no words of the goal."""
    change_id: int = session.execute(
        insert(GoalChange)
        .values(
            goal_id=goal.id,
            what=what,
            step_id=step_id,
            due_on=due_on,
            on_day=on_day,
            note_digest=note_digest,
            visit_id=visit_id,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(GoalChange.id)
    ).scalar_one()
    history = goal.enrollment.history
    day = due_on or on_day
    detail: dict[str, Any] = {"on_day": day.isoformat()} if day is not None else {}
    if what == MET:
        detail["is_paid"] = visit_id is not None
    tag = {
        TICKED: "step:ticked",
        UNTICKED: "step:unticked",
        MOVED: "goal:moved",
        MET: "goal:reached",
        DROPPED: "goal:dropped",
    }[what]
    note_audit(
        session,
        tag,
        f"goal:{goal.id}",
        actor=actor,
        now=now,
        site_id=history.site_id,
        client_id=history.client_id,
        **detail,
    )
    return change_id
