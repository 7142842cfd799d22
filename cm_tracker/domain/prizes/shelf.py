"""The stock that prize draws need: a warning before a tier runs out, and the day by which a drawn prize is due."""

import math
from datetime import date, timedelta
from typing import NamedTuple

ENOUGH, LOW, OUT = "enough", "low", "out"
# The shelf should hold as many prizes of a tier as were drawn in this time.
LOOK_BACK = timedelta(days=14)
# A drawn prize that is not on the shelf must be handed out within this time.
OWED_FOR = timedelta(days=14)


# How often clients take a prize is worked out from so many days.
PACE = timedelta(days=28)


def may_run_out(left: int, *, handed_out: int, visits: int, expected: int) -> bool:
    """Return whether a prize may not last the day.

    `left` are on the shelf and `expected` clients are still to come today. They are taken to choose it as often as in the
    last weeks, in which `handed_out` of it went to clients of so many `visits`. Nothing is said of an empty shelf.
    """
    return left > 0 and handed_out * expected > left * visits


class TierStock(NamedTuple):
    """A tier at a site: items on the shelf, prizes that were drawn and not handed out, and items that are needed."""

    tier: str
    stock: int
    waiting: int
    needed: int

    @property
    def state(self) -> str:
        """`out`, `low` (less than what is needed), or `enough`."""
        if not self.stock:
            return OUT
        return LOW if self.stock < self.needed else ENOUGH


def tier_stock(tier: str, *, stock: int, waiting: int, draws: int, share: float, lately: int) -> TierStock:
    """Return the stock of a tier, with the number of items that are needed (at least one).

    That number is the sum of three: `waiting` prizes that were drawn and not handed out; the `share` of
    the tier in the `draws` that clients have not made yet; and as many as were drawn `lately`, because
    about as many will be drawn again.
    """
    return TierStock(tier, stock, waiting, max(waiting + math.ceil(draws * share) + lately, 1))


def due_on(drawn_on: date) -> date:
    """Return the day by which the client must have a prize that was drawn."""
    return drawn_on + OWED_FOR
