"""The bowl of 500 slips that most published studies of prize draws used, and what a draw from a bowl is worth.

Petry et al. 2005 and Peirce et al. 2006: half of the slips say "Good job", 209 are worth $1, 40 are worth $20 and one is
worth $100.
"""

from collections.abc import Mapping
from typing import Any

from cm_tracker.domain.schedules.schedule import Bowl

STANDARD_BOWL: Mapping[str, Any] = {
    "name": "Standard 500",
    "slips": [
        {"tier": "good_job", "count": 250, "cents": 0},
        {"tier": "small", "count": 209, "cents": 100},
        {"tier": "large", "count": 40, "cents": 2000},
        {"tier": "jumbo", "count": 1, "cents": 10000},
    ],
}


def average_cents(bowl: Bowl) -> int:
    """Return what a draw is worth on average, rounded to whole cents, half up."""
    return (2 * bowl.total_cents + bowl.size) // (2 * bowl.size)


def bowl_facts(bowl: object) -> tuple[int, int] | None:
    """Return how many slips the bowl of a document has and what a draw is worth, or None where it has mistakes."""
    slips = bowl.get("slips") if isinstance(bowl, dict) else None
    if not isinstance(slips, list) or not slips:
        return None
    numbers = [(slip.get("count"), slip.get("cents")) for slip in slips if isinstance(slip, dict)]
    counted = [(n, cents) for n, cents in numbers if type(n) is int and n > 0 and type(cents) is int and cents >= 0]
    size, total = sum(n for n, _ in counted), sum(n * cents for n, cents in counted)
    return (size, (2 * total + size) // (2 * size)) if len(counted) == len(slips) else None
