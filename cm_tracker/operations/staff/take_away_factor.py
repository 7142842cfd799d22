"""A lead or an admin takes away the second factor of somebody who has lost it."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PasskeyRow, RecoveryCode, SecondFactor
from cm_tracker.operations.steps.end_sessions import end_sessions
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.write_staff import check_may_change
from cm_tracker.queries.staff.factors import factors_of


@one_transaction
def take_away_factor(session: Session, *, staff_id: int, actor: Actor, now: datetime) -> None:
    """Remove the app, the passkeys and the recovery codes of an account, and end its sessions. Its password stays.

    Who may change the account may do this, but nobody for themselves. Raise `NotFound`, `NotAllowed`, and `BadInput` where
    there is nothing to take away. The leads of the account's sites read of it on their first page.
    """
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    check_may_change(session, staff_id, actor)
    if staff_id == actor.staff_id:
        raise BadInput("You cannot take away your own second factor here. Change it on its page.")
    if not factors_of(session, staff_id).has_any:
        raise BadInput("This account has no second factor.")
    values = {
        "secret": None,
        "set_up_at": None,
        "last_step": None,
        "taken_away_at": now,
        "taken_away_by_id": actor.staff_id,
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(SecondFactor)
        .values(staff_id=staff_id, **values)
        .on_conflict_do_update(index_elements=["staff_id"], set_=values)
    )
    for model in (PasskeyRow, RecoveryCode):
        session.execute(delete(model).where(model.staff_id == staff_id))
    end_sessions(session, staff_id, now)
    note_audit(session, "staff:factor-removed", f"staff:{staff_id}", actor=actor, now=now)
