"""The bar of the rewards: a tick for each price, equally far apart, and how far the client's points fill it."""

from collections.abc import Iterable
from typing import NamedTuple


class Tick(NamedTuple):
    """A price on the bar, and how many percent of the way to it from the one before are filled."""

    points: int
    percent: int

    @property
    def is_reached(self) -> bool:
        """Return whether the client has as many points."""
        return self.percent == 100


def ticks(balance: int, prices: Iterable[int]) -> tuple[Tick, ...]:
    """Return a tick for each price, the lowest first. Between two of them the fill is linear, rounded down."""
    found, before = [], 0
    for price in sorted(set(prices)):
        percent = 100 if balance >= price else max(balance - before, 0) * 100 // (price - before)
        found.append(Tick(price, percent))
        before = price
    return tuple(found)
