"""A lead or an admin ends the wait of an account after wrong passwords."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Staff
from cm_tracker.operations.steps.count_try import forget_account
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.staff.staff import is_colleague


@one_transaction
def lift_account(session: Session, *, staff_id: int, actor: Actor, now: datetime) -> None:
    """Forget every wrong password of an account, wherever it was typed, so that its person can sign in at once.

    Raise `NotFound` for an account that has none of the actor's sites.
    """
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    found = session.execute(select(Staff.id).where(Staff.id == staff_id, is_colleague(actor))).one_or_none()
    if found is None:
        raise NotFound(what="account")
    if forget_account(session, staff_id):
        note_audit(session, "staff:wait-ended", f"staff:{staff_id}", actor=actor, now=now)
