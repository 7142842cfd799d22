"""A member of staff removes their authenticator app."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SecondFactor
from cm_tracker.operations.steps.begin_factor import end_recovery
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def remove_app(session: Session, *, actor: Actor, now: datetime) -> None:
    """Ask for no more codes of the app. Raise `NotFound` where there is none."""
    removed = session.execute(
        update(SecondFactor)
        .where(SecondFactor.staff_id == actor.staff_id, SecondFactor.secret.is_not(None))
        .values(secret=None, set_up_at=None, last_step=None)
        .returning(SecondFactor.staff_id)
    ).scalar_one_or_none()
    if removed is None:
        raise NotFound(what="second factor")
    end_recovery(session, staff_id=removed)
    note_audit(session, "staff:app-removed", f"staff:{removed}", actor=actor, now=now)
