"""Staff offer a prize to a client. Nothing moves until the client confirms."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_offer import write_offer
from cm_tracker.operations.steps.write_redemption import check_price, lock_for_redemption, redeemable_prize

MOST_AT_ONCE = 100


@one_transaction
def offer_prize(
    session: Session,
    *,
    client_id: int,
    prize_id: int,
    quantity: int,
    price_points: int,
    key: str,
    actor: Actor,
    now: datetime,
    tier: str | None = None,
    is_set_aside: bool = False,
) -> int:
    """Offer a client a prize from their site's cabinet. Return the offer's id.

    `price_points` is the price that the page showed, worked out from the prize's price in money; raise `PriceChanged` where it is another one by now. With a
    `tier` it is 0, and the client pays with as many slips of that tier. With `is_set_aside` the prize is set aside
    after the client has confirmed, and handed over later; a serial card always is. Raise `NotEnoughPoints`,
    `NothingWon`, `NotEnoughStock` or `LimitReached` for what could not be handed out now.
    """
    client = lock_client(session, client_id, "prize:redeem", actor)

    def write() -> int:
        prize, refusals = redeemable_prize(session, prize_id, client.site_id), AllRefusals()
        with refusals:
            if not 1 <= quantity <= MOST_AT_ONCE:
                raise BadInput("Give a quantity from 1 to %(most)s.", "quantity", most=MOST_AT_ONCE)
        with refusals:
            check_price(prize, price_points, tier)
        refusals.raise_any()
        lock_for_redemption(session, client, prize, quantity, tier=tier, now=now)
        return write_offer(session, client, prize, quantity, tier=tier, is_set_aside=is_set_aside, actor=actor, now=now)

    content = [client_id, prize_id, price_points, quantity, tier, is_set_aside]
    return run_once(session, key, "offer_prize", content, actor, now, write)
