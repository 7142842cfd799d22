"""What a bowl promises and the shelf has to hold: a warning before a tier runs empty, and a day for what is owed."""

import math
from datetime import date, timedelta
from typing import NamedTuple

ENOUGH, LOW, OUT = "enough", "low", "out"
# What was drawn in so many days is what the shelf should hold for the next ones.
LOOK_BACK = timedelta(days=14)
# A prize that was drawn and is not on the shelf is owed until then.
OWED_FOR = timedelta(days=14)


class TierStock(NamedTuple):
    """A tier at a site: items on the shelf, slips that wait to be handed out, and how many should be there."""

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
    """How a tier stands.

    `waiting` slips have to be handed out; of `draws` that clients have not made yet a `share` will be of
    the tier; and what was drawn `lately` will be drawn again. At least one item is always needed.
    """
    return TierStock(tier, stock, waiting, max(waiting + math.ceil(draws * share) + lately, 1))


def due_on(drawn_on: date) -> date:
    """The day by which a prize that was drawn has to be in the client's hands."""
    return drawn_on + OWED_FOR
