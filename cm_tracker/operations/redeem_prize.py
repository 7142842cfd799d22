"""Points become a prize: one transaction moves the points and the item."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, PriceChanged
from cm_tracker.domain.roles import Actor
from cm_tracker.operations.answer_once import answer_once
from cm_tracker.operations.hand_out import hand_out, prize_to_hand_out
from cm_tracker.operations.lock_client import lock_client

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
    with the numbers when the points, the shelf or the prize's limit for one client do not reach
    (`NotEnoughPoints`, `NotEnoughStock`, `LimitReached`).
    """
    client = lock_client(session, client_id, "prize:redeem", actor)

    def act() -> int:
        if not 1 <= quantity <= MOST_AT_ONCE:
            raise BadInput(f"Give a quantity from 1 to {MOST_AT_ONCE}.", "quantity")
        prize = prize_to_hand_out(session, prize_id, client.site_id)
        if prize.price_points != price_points:
            raise PriceChanged(price=prize.price_points)
        return hand_out(session, client, prize, quantity, tier=None, actor=actor, now=now)

    return answer_once(session, key, "redeem_prize", [client_id, prize_id, price_points, quantity], actor, now, act)
