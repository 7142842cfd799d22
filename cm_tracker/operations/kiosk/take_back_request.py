"""A client takes back at the kiosk that they asked for a prize."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.prizes.requests import TAKEN_BACK
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PrizeRequest
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.clients.main_records import records_of


@one_transaction
def take_back_request(session: Session, *, client_id: int, prize_id: int, actor: Actor, now: datetime) -> None:
    """Take a client's open request for a prize back. Where none waits, do nothing."""
    client = lock_client(session, client_id, "prize:redeem", actor)
    ended = session.execute(
        update(PrizeRequest)
        .where(
            PrizeRequest.client_id.in_(records_of(client.id)),
            PrizeRequest.prize_id == prize_id,
            PrizeRequest.ended.is_(None),
        )
        .values(ended=TAKEN_BACK, ended_at=now)
        .returning(PrizeRequest.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    for request_id in ended.all():
        note_audit(
            session, "request:withdrawn", f"request:{request_id}", actor=actor, now=now, site_id=client.site_id,
            client_id=client.id, prize=prize_id,
        )  # fmt: skip
