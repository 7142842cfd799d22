"""A lead or an admin ends the wait of a browser, a network address or a tablet after wrong passwords."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.sign_ins import failures_from
from cm_tracker.models import Throttle
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def lift_source(session: Session, *, source: str, actor: Actor, now: datetime) -> None:
    """Forget the accounts that failed from a source, so that everybody can sign in there at once.

    What failed for each account stays counted.
    """
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    ended = session.execute(
        delete(Throttle)
        .where(Throttle.subject == failures_from(source), Throttle.failures > 0)
        .returning(Throttle.source)
    ).scalar_one_or_none()
    if ended is not None:
        note_audit(session, "source:wait-ended", "source:unknown", actor=actor, now=now, source=ended)
