"""A member of staff adds a passkey."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.second_factor import MOST_PASSKEYS, check_passkey_name
from cm_tracker.models import PasskeyRow
from cm_tracker.operations.steps.begin_factor import begin_factor
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passkeys import SignedChallenge, new_passkey


@one_transaction
def add_passkey(
    session: Session, *, signed: SignedChallenge, name: str, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Add the passkey that a browser has just made, under a name. Return new recovery codes, if any.

    Raise `BadInput` for an answer of the browser that is not right, and for a passkey that is there already.
    """
    name = check_passkey_name(name)
    made = new_passkey(signed)
    if made is None or actor.staff_id is None:
        raise BadInput("The passkey could not be made. Try again.", "name")
    if session.execute(select(PasskeyRow.id).where(PasskeyRow.key_id == made.key_id)).first() is not None:
        raise BadInput("This passkey is there already.", "name")
    count = select(func.count()).where(PasskeyRow.staff_id == actor.staff_id)
    if session.execute(count).scalar_one() >= MOST_PASSKEYS:
        raise BadInput("You have enough passkeys. Remove one first.", "name")
    session.execute(
        insert(PasskeyRow).values(
            staff_id=actor.staff_id,
            key_id=made.key_id,
            public_key=made.public_key,
            uses=made.uses,
            name=name,
            added_at=now,
            used_at=None,
            challenge_made_at=signed.made_at,
        )
    )
    note_audit(session, "staff:passkey-added", f"staff:{actor.staff_id}", actor=actor, now=now)
    return begin_factor(session, staff_id=actor.staff_id, now=now)
