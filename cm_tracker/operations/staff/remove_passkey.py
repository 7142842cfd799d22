"""A member of staff removes one of their passkeys."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PasskeyRow
from cm_tracker.operations.steps.begin_factor import end_recovery
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def remove_passkey(session: Session, *, passkey_id: int, actor: Actor, now: datetime) -> None:
    """Let one of the actor's own passkeys open nothing any more. Raise `NotFound` for any other."""
    removed = session.execute(
        delete(PasskeyRow)
        .where(PasskeyRow.id == passkey_id, PasskeyRow.staff_id == actor.staff_id)
        .returning(PasskeyRow.staff_id)
    ).scalar_one_or_none()
    if removed is None:
        raise NotFound(what="passkey")
    end_recovery(session, staff_id=removed)
    note_audit(session, "staff:passkey-removed", f"staff:{removed}", actor=actor, now=now)
