"""What is missing from a cabinet: expected minus counted, for one item. (domain.md section 4, by tier.)

Whoever counts the same pieces every week has not had more of them. What should be there is what the ledger expected at the
last count, and what earlier counts found missing: the ledger expects that no longer.
"""

from collections.abc import Iterable
from typing import NamedTuple


class ItemCount(NamedTuple):
    """One count of an item: what the ledger expected, what two people counted, and what a piece was worth."""

    expected: int
    counted: int
    cents: int

    @property
    def missing(self) -> int:
        """How many were missing. What was found beyond the ledger does not make up for other counts."""
        return max(self.expected - self.counted, 0)


class Shrinkage(NamedTuple):
    """How often an item was counted, how many should be there, how many are, and what is missing in pieces and cents."""

    counts: int
    expected: int
    counted: int
    missing: int
    missing_cents: int


def shrinkage(counts: Iterable[ItemCount]) -> Shrinkage:
    """Return what is missing of an item over its counts, which are in the order of their signatures."""
    found = list(counts)
    if not found:
        return Shrinkage(0, 0, 0, 0, 0)
    last = found[-1]
    return Shrinkage(
        len(found),
        last.expected + sum(one.missing for one in found[:-1]),
        last.counted,
        sum(one.missing for one in found),
        sum(one.missing * one.cents for one in found),
    )
