"""Staff decline a client's request for a prize, with a kind word that the client reads at the kiosk."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotFound, RequestEnded
from cm_tracker.domain.prizes.requests import DECLINED, REASONS
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PrizeRequest
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def decline_request(session: Session, *, request_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Decline an open request. `reason` is one of `requests.REASONS`.

    Raise `NotFound`, `BadInput` for another reason, and `RequestEnded` where it was answered or taken back by now, or its
    day is over.
    """
    found = select(PrizeRequest.client_id, PrizeRequest.prize_id, PrizeRequest.on_day, PrizeRequest.ended).where(
        PrizeRequest.id == request_id
    )
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound(what="request")
    client = lock_client(session, row.client_id, "prize:redeem", actor)
    if reason not in REASONS:
        raise BadInput("Choose what the client reads.", "reason")
    row = session.execute(found).one()
    if row.ended is not None or row.on_day != day_at(now, time_zone_of(session, client.site_id)):
        raise RequestEnded
    session.execute(
        update(PrizeRequest)
        .where(PrizeRequest.id == request_id)
        .values(ended=DECLINED, ended_at=now, reason=reason, staff_id=actor.staff_id)
    )
    note_audit(
        session, "request:declined", f"request:{request_id}", actor=actor, now=now, site_id=client.site_id,
        client_id=client.id, prize=row.prize_id,
    )  # fmt: skip
