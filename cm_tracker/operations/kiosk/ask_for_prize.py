"""A client asks for a prize at the kiosk. Staff see it on their first page; no points move."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.prizes.catalog import PrizeLimit
from cm_tracker.domain.prizes.requests import check_request
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PrizeRequest
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.write_redemption import redeemable_prize
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.prizes.catalog import had_of
from cm_tracker.queries.prizes.stock import left_of_prize
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def ask_for_prize(session: Session, *, client_id: int, prize_id: int, actor: Actor, now: datetime) -> int:
    """Put a client's request for one of a prize on the staff's first page, and return its id.

    A second touch on the same day returns the same id, and opens a request again that was taken back. Raise `NotFound`
    for a prize that the site does not hand out, and what `check_request` raises.
    """
    client = lock_client(session, client_id, "prize:redeem", actor)
    zone = time_zone_of(session, client.site_id)
    today, prize = day_at(now, zone), redeemable_prize(session, prize_id, client.site_id)
    of_today = (PrizeRequest.client_id.in_(records_of(client.id)), PrizeRequest.on_day == today)
    known = session.execute(
        select(PrizeRequest.id, PrizeRequest.ended)
        .where(*of_today, PrizeRequest.prize_id == prize_id)
        # Two records of one person may each have one: the open one counts.
        .order_by(PrizeRequest.ended.is_not(None), PrizeRequest.id.desc())
        .limit(1)
    ).one_or_none()
    if known is not None and known.ended is None:
        return int(known.id)
    waiting = session.execute(select(func.count()).where(*of_today, PrizeRequest.ended.is_(None))).scalar_one()
    limit = None if prize.limit_count is None else PrizeLimit(prize.limit_count, prize.limit_days)
    check_request(
        price_points=prize.price_points,
        balance=balances_of(session, client.id)["points"],
        point_value_cents=prize.point_value_cents,
        left=left_of_prize(session, client.site_id, prize_id),
        limit=limit,
        received=had_of(session, client.id, zone, prize_id=prize_id).get(prize_id, []) if limit else (),
        today=today,
        ended=known.ended if known is not None else None,
        waiting=waiting,
    )
    if known is None:
        request_id = session.execute(
            insert(PrizeRequest)
            .values(client_id=client.id, site_id=client.site_id, prize_id=prize_id, on_day=today, asked_at=now)
            .returning(PrizeRequest.id)
        ).scalar_one()
    else:
        request_id = known.id
        session.execute(
            update(PrizeRequest)
            .where(PrizeRequest.id == request_id)
            .values(site_id=client.site_id, asked_at=now, ended=None, ended_at=None, reason=None, staff_id=None)
        )
    note_audit(
        session, "prize:requested", f"request:{request_id}", actor=actor, now=now, site_id=client.site_id,
        client_id=client.id, prize=prize_id,
    )  # fmt: skip
    return int(request_id)
