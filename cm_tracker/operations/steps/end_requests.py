"""End the requests of a client for a prize that they have now."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.requests import REDEEMED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PrizeRequest
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.queries.clients.main_records import records_of


def end_requests(session: Session, client: LockedClient, prize_id: int, *, actor: Actor, now: datetime) -> None:
    """End what a locked client asked for at the kiosk, once they have got the prize."""
    session.execute(
        update(PrizeRequest)
        .where(
            PrizeRequest.client_id.in_(records_of(client.id)),
            PrizeRequest.prize_id == prize_id,
            PrizeRequest.ended.is_(None),
        )
        .values(ended=REDEEMED, ended_at=now, staff_id=actor.staff_id)
        .execution_options(synchronize_session=False)
    )
