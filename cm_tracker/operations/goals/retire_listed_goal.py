"""A lead retires a goal of a site's list: nobody can choose it any more."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ListedGoalRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def retire_listed_goal(session: Session, *, listed_id: int, actor: Actor, now: datetime) -> int:
    """Retire a goal of the list, and return the id of its site. Clients whose goal it is keep it.

    Nothing is written if it is retired already. Raise `NotFound` and `NotAllowed`.
    """
    row = session.execute(select(ListedGoalRow.site_id).where(ListedGoalRow.id == listed_id)).one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="goal")
    lock_site(session, row.site_id, "goal-list:manage", actor)
    in_use = ListedGoalRow.id == listed_id, ListedGoalRow.retired_at.is_(None)
    if session.execute(select(ListedGoalRow.id).where(*in_use)).first() is not None:
        session.execute(update(ListedGoalRow).where(*in_use).values(retired_at=now))
        note_audit(session, "goal:retired", f"listed_goal:{listed_id}", actor=actor, now=now, site_id=row.site_id)
    site_id: int = row.site_id
    return site_id
