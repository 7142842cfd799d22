"""The bar of prizes on a client's card: the nearest ones that they can have, the next one as their goal, and those beyond."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_MARKS = 5
MOST_REACHED = 3
WHOLE = 1000
"""The length of the bar, in thousandths."""


class Mark(NamedTuple):
    """A prize on the bar: its place among all prizes by price, and whether the client can have it or saves for it."""

    place: int
    is_reached: bool
    is_goal: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The marks from left to right, at equal distances, and how far the bar is filled, in thousandths of its length."""

    marks: tuple[Mark, ...]
    filled: int

    @property
    def goal(self) -> Mark | None:
        """Return the prize that the client saves for, None where they can have every prize."""
        return next((mark for mark in self.marks if mark.is_goal), None)


def bar_of(prices: Sequence[int], points: int, wish: int | None = None) -> Bar:
    """Return the bar of prizes by their prices in points, the cheapest first.

    `wish` is the place of the prize that the client has chosen to save for: it is the goal until it is reached, and stands
    last where it lies beyond the others. Near the end of the shelf more of those that are reached are on the bar. The fill
    is linear between two marks, so what it stands at is right at every mark.
    """
    reached = sum(price <= points for price in prices)
    first = max(min(reached - MOST_REACHED, len(prices) - MOST_MARKS), 0)
    places = list(range(first, min(first + MOST_MARKS, len(prices))))
    goal = wish if wish is not None and wish >= reached else reached
    if places and goal > places[-1]:
        places[-1] = min(goal, len(prices) - 1)
    marks = tuple(Mark(place, place < reached, place == goal) for place in places)
    return Bar(marks, _filled([prices[place] for place in places], points))


def _filled(prices: Sequence[int], points: int) -> int:
    if not prices:
        return 0
    # A mark stands in the middle of its part of the bar.
    step = WHOLE // len(prices)
    at = [step * number + step // 2 for number in range(len(prices))]
    below = [number for number, price in enumerate(prices) if price <= points]
    if not below:
        return at[0] * points // prices[0]
    last = below[-1]
    if last == len(prices) - 1:
        return WHOLE if points > prices[last] else at[last]
    part = (at[last + 1] - at[last]) * (points - prices[last]) // (prices[last + 1] - prices[last])
    return at[last] + part
