"""A member of staff signs out everywhere else."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.end_sessions import end_sessions
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def end_other_sessions(session: Session, *, token: str, actor: Actor, now: datetime) -> None:
    """End all of the actor's sessions but the one with this token."""
    if actor.staff_id is None:
        raise NotFound(what="account")
    end_sessions(session, actor.staff_id, now, other_than=token)
    note_audit(session, "session:ended", f"staff:{actor.staff_id}", actor=actor, now=now)
