"""Write a goal of a site's list, and note it in the audit trail."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ListedGoalRow
from cm_tracker.operations.steps.note_audit import note_audit


def write_listed_goal(
    session: Session,
    site_id: int,
    kind: str,
    title: str,
    *,
    actor: Actor,
    now: datetime,
    renames_id: int | None = None,
) -> int:
    """Write a goal that was checked, and return its id. `renames_id` is the one whose words it replaces."""
    listed_id: int = session.execute(
        insert(ListedGoalRow)
        .values(
            site_id=site_id,
            kind=kind,
            title=" ".join(title.split()),
            renames_id=renames_id,
            created_at=now,
            staff_id=actor.staff_id,
        )
        .returning(ListedGoalRow.id)
    ).scalar_one()
    tag = "goal:renamed" if renames_id else "goal:listed"
    note_audit(session, tag, f"listed_goal:{listed_id}", actor=actor, now=now, site_id=site_id)
    return listed_id
