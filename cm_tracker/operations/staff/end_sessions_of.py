"""A lead or an admin signs somebody out everywhere."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.end_sessions import end_sessions
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.write_staff import check_may_change


@one_transaction
def end_sessions_of(session: Session, *, staff_id: int, actor: Actor, now: datetime) -> None:
    """End every session of an account.

    Raise `NotFound` or `NotAllowed` for an account that the actor may not change.
    """
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    check_may_change(session, staff_id, actor)
    end_sessions(session, staff_id, now)
    note_audit(session, "staff:sessions-ended", f"staff:{staff_id}", actor=actor, now=now)
