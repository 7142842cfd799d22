"""The kiosk showed a moment to a client. It is not shown again."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.kiosk.moments import check_moment
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import MomentShown
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.clients.main_records import records_of


@one_transaction
def note_moment(session: Session, *, client_id: int, moment: str, actor: Actor, now: datetime) -> None:
    """Note that a moment was shown; for a second call do nothing. Raise `BadInput` for the code of no moment."""
    check_moment(moment)
    client = lock_client(session, client_id, "client:find", actor)
    known = select(MomentShown.moment).where(
        MomentShown.client_id.in_(records_of(client.id)), MomentShown.moment == moment
    )
    if session.execute(known.limit(1)).first() is not None:
        return
    session.execute(insert(MomentShown).values(client_id=client.id, moment=moment, shown_at=now))
    note_audit(
        session,
        "moment:noted",
        f"client:{client.id}",
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
    )
