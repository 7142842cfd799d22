"""Hand a prize out for what a client has: points, or a slip of the prize's tier. One transaction moves both."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.draws import tier_unit
from cm_tracker.domain.errors import NotEnoughPoints, NotEnoughStock, NotFound, NothingWon
from cm_tracker.domain.ledger import Entry, cabinet_account, client_account, items, site_account
from cm_tracker.domain.prizes import PrizeLimit, check_limit
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Prize
from cm_tracker.operations.add_record import add_record
from cm_tracker.operations.lock_client import LockedClient
from cm_tracker.operations.note_audit import note_audit
from cm_tracker.operations.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.seal_records import seal_records
from cm_tracker.queries.prizes import had_of, of_site
from cm_tracker.queries.sites import time_zone_of


def prize_to_hand_out(session: Session, prize_id: int, site_id: int) -> Any:
    """A prize that is still in the catalog and handed out at a site: id, name, price, tier, limit. Raises `NotFound`."""
    prize = session.execute(
        select(Prize.id, Prize.name, Prize.price_points, Prize.tier, Prize.limit_count, Prize.limit_days).where(
            Prize.id == prize_id, Prize.is_active, of_site(site_id)
        )
    ).one_or_none()
    if prize is None:
        raise NotFound(what="prize")
    return prize


def hand_out(
    session: Session, client: LockedClient, prize: Any, quantity: int, *, tier: str | None, actor: Actor, now: datetime
) -> int:
    """Hand `quantity` of a prize to a client who is held, for points or, with a `tier`, for as many slips of it.

    Answers the redemption's id. Refuses with the numbers when the points, the slips or the shelf do not
    reach, and where the client has had as many as the prize's limit allows (`LimitReached`).
    """
    price = 0 if tier else prize.price_points
    unit, cost = (tier_unit(tier), quantity) if tier else ("points", price * quantity)
    purse, shelf = client_account(client.id, unit), cabinet_account(client.site_id, prize.id)
    balances = lock_balances(session, [purse, shelf])
    _check_limit(session, client, prize, quantity, now)
    if balances[purse.key] < cost:
        raise NothingWon if tier else NotEnoughPoints(balances[purse.key], cost)
    if balances[shelf.key] < quantity:
        raise NotEnoughStock(wanted=quantity, left=balances[shelf.key])
    moved = post_transaction(
        session,
        "redemption",
        [
            Entry(purse, -cost),
            Entry(site_account("spent", client.site_id, unit), cost),
            Entry(shelf, -quantity),
            Entry(site_account("given", client.site_id, items(prize.id), prize.id), quantity),
        ],
        site_id=client.site_id,
        client_id=client.id,
        actor=actor,
        now=now,
    )
    redemption = add_record(
        session,
        "redemption",
        client_id=client.id,
        site_id=client.site_id,
        prize_id=prize.id,
        prize_name=prize.name,
        price_points=price,
        quantity=quantity,
        tier=tier,
        transaction_id=moved.id,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    note_audit(
        session,
        "prize:redeemed",
        redemption.address,
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        points=price * quantity,
        quantity=quantity,
    )
    seal_records(session, [moved, redemption])
    return redemption.id


def _check_limit(session: Session, client: LockedClient, prize: Any, quantity: int, now: datetime) -> None:
    if prize.limit_count is not None:
        zone = time_zone_of(session, client.site_id)
        had = had_of(session, client.id, zone, prize_id=prize.id).get(prize.id, [])
        check_limit(PrizeLimit(prize.limit_count, prize.limit_days), had, quantity, day_at(now, zone))
