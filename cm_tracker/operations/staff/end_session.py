"""A member of staff signs out in one of the places where they are signed in."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.end_sessions import end_sessions
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def end_session(session: Session, *, session_id: int, actor: Actor, now: datetime) -> None:
    """End one of the actor's own sessions. Raise `NotFound` for another person's, and for one that has ended."""
    if actor.staff_id is None or not end_sessions(session, actor.staff_id, now, only=session_id):
        raise NotFound(what="session")
    note_audit(session, "session:ended", f"staff:{actor.staff_id}", actor=actor, now=now)
