"""Requests: a client says at the kiosk which prize they want today, and staff offer it or say why not.

A request moves no points and reserves nothing. It waits for the day on which it was made, as long as the prize is on the
shelf. It ends when the client gets the prize, takes the request back, or staff decline it.
"""

from collections.abc import Iterable
from datetime import date

from cm_tracker.domain.errors import (
    AskedEnough,
    NotEnoughPoints,
    NotEnoughStock,
    RequestEnded,
)
from cm_tracker.domain.prizes.catalog import PrizeLimit, check_limit

REDEEMED, TAKEN_BACK, DECLINED = "redeemed", "taken_back", "declined"
# The kind words with which staff decline a request.
SOON, TALK, ANOTHER = "soon", "talk", "another"
REASONS = (SOON, TALK, ANOTHER)
MOST_ASKED = 3
"""So many requests of one client can wait at once."""


def check_request(
    *,
    price_points: int,
    balance: int,
    point_value_cents: int,
    left: int | None,
    limit: PrizeLimit | None,
    received: Iterable[tuple[date, int]],
    today: date,
    ended: str | None,
    waiting: int,
) -> None:
    """Raise what stands against a request for one of a prize.

    `left` is how many are on the shelf, None while they are counted, and `received` what the client had of it. `ended`
    is how an earlier request for it ended today, and `waiting` the number of the client's other requests.
    """
    if ended == DECLINED:
        raise RequestEnded
    if balance < price_points:
        raise NotEnoughPoints(balance=balance, cost=price_points, point_value_cents=point_value_cents)
    if left == 0:
        raise NotEnoughStock(wanted=1, left=0)
    check_limit(limit, received, 1, today)
    if waiting >= MOST_ASKED:
        raise AskedEnough(most=MOST_ASKED)
