"""A lead takes a closure or an absence of staff out of the calendar: it was a mistake, or things changed."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AwayRow, ClosureRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit

_TABLES: dict[str, type[ClosureRow] | type[AwayRow]] = {"closure": ClosureRow, "away": AwayRow}


@one_transaction
def withdraw_from_calendar(session: Session, *, what: str, entry_id: int, actor: Actor, now: datetime) -> int:
    """Withdraw an entry of the calendar, and return the id of its site. Nothing is written if it is withdrawn already.

    `what` is "closure" or "away". Its days count as if it had never been entered; visits that were recorded stay. Raise
    `NotFound`.
    """
    entry = _TABLES[what]
    site_id = session.execute(select(entry.site_id).where(entry.id == entry_id)).scalar_one_or_none()
    if site_id is None or not actor.reaches(site_id):
        raise NotFound(what="calendar entry")
    lock_site(session, site_id, "calendar:manage", actor)
    withdrawn = session.execute(
        update(entry)
        .where(entry.id == entry_id, entry.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .returning(entry.id)
    ).scalar_one_or_none()
    if withdrawn is not None:
        is_closure = entry is ClosureRow
        tag = "closure:withdrawn" if is_closure else "away:withdrawn"
        note_audit(session, tag, f"{what}:{entry_id}", actor=actor, now=now, site_id=site_id)
    return site_id
