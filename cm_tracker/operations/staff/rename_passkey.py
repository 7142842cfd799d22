"""A member of staff gives a passkey another name."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.second_factor import check_passkey_name
from cm_tracker.models import PasskeyRow
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def rename_passkey(session: Session, *, passkey_id: int, name: str, actor: Actor, now: datetime) -> None:
    """Name one of the actor's own passkeys anew. Raise `NotFound` for any other, and `BadInput` without a name."""
    renamed = session.execute(
        update(PasskeyRow)
        .where(PasskeyRow.id == passkey_id, PasskeyRow.staff_id == actor.staff_id)
        .values(name=check_passkey_name(name))
        .returning(PasskeyRow.id)
    ).scalar_one_or_none()
    if renamed is None:
        raise NotFound(what="passkey")
    note_audit(session, "staff:passkey-renamed", f"staff:{actor.staff_id}", actor=actor, now=now)
