"""Points become a prize: one transaction moves the points and the item."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotEnoughPoints, NotEnoughStock, NotFound, PriceChanged
from cm_tracker.domain.ledger import Entry, cabinet_account, client_account, items, site_account
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Prize
from cm_tracker.operations.add_record import add_record
from cm_tracker.operations.answer_once import answer_once
from cm_tracker.operations.lock_client import lock_client
from cm_tracker.operations.note_audit import note_audit
from cm_tracker.operations.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.seal_records import seal_records

MOST_AT_ONCE = 100


@one_transaction
def redeem_prize(
    session: Session,
    *,
    client_id: int,
    prize_id: int,
    price_points: int,
    quantity: int,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Hand a prize to a client from their site's cabinet, at today's price. Answers the redemption's id.

    `price_points` is the price that the page showed: another one by now is `PriceChanged`. Refuses
    with the numbers when the points or the shelf do not reach (`NotEnoughPoints`, `NotEnoughStock`).
    """
    client = lock_client(session, client_id, "prize:redeem", actor)

    def act() -> int:
        if not 1 <= quantity <= MOST_AT_ONCE:
            raise BadInput(f"Give a quantity from 1 to {MOST_AT_ONCE}.", "quantity")
        prize = session.execute(
            select(Prize.id, Prize.name, Prize.price_points).where(Prize.id == prize_id, Prize.is_active)
        ).one_or_none()
        if prize is None:
            raise NotFound(what="prize")
        if prize.price_points != price_points:
            raise PriceChanged(price=prize.price_points)
        purse, shelf = client_account(client.id, "points"), cabinet_account(client.site_id, prize.id)
        balances = lock_balances(session, [purse, shelf])
        cost = prize.price_points * quantity
        if balances[purse.key] < cost:
            raise NotEnoughPoints(balances[purse.key], cost)
        if balances[shelf.key] < quantity:
            raise NotEnoughStock(wanted=quantity, left=balances[shelf.key])
        moved = post_transaction(
            session,
            "redemption",
            [
                Entry(purse, -cost),
                Entry(site_account("spent", client.site_id, "points"), cost),
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
            price_points=prize.price_points,
            quantity=quantity,
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
            points=cost,
            quantity=quantity,
        )
        seal_records(session, [moved, redemption])
        return redemption.id

    return answer_once(session, key, "redeem_prize", [client_id, prize_id, price_points, quantity], actor, now, act)
