"""Tax years: from which yearly total on a payer may have to report what somebody received.

This is a fact and no advice: whether rewards of contingency management are reportable or taxable is for a tax adviser.
The figures are those of forms 1099-MISC and 1099-NEC in the United States: $600 for payments until the end of 2025,
$2,000 for payments from 2026 on, adjusted for inflation from 2027 on (by a figure that the program does not know).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.funding.counting import Award
from cm_tracker.domain.money import DOLLARS

UNTIL_2025_CENTS, FROM_2026_CENTS = 60_000, 200_000
FIRST_INDEXED_YEAR = 2027


class Threshold(NamedTuple):
    """The yearly total from which on a payer may have to report, in cents of the United States' dollar.

    `is_indexed`: the year's own figure is somewhat higher, and has to be looked up.
    """

    cents: int
    is_indexed: bool


def threshold_of(year: int, currency: str) -> Threshold | None:
    """Return the reporting threshold of a calendar year, or None for a program that does not pay in dollars."""
    if currency != DOLLARS:
        return None
    return Threshold(UNTIL_2025_CENTS if year <= 2025 else FROM_2026_CENTS, year >= FIRST_INDEXED_YEAR)


def totals_of_year(awards: Iterable[Award], year: int) -> dict[int, int]:
    """Return what each client was awarded in a calendar year, in cents, from all sources and enrollments."""
    totals: dict[int, int] = {}
    for award in awards:
        if award.day.year == year:
            totals[award.client_id] = totals.get(award.client_id, 0) + award.cents
    return totals


def at_least(totals: Mapping[int, int], cents: int) -> dict[int, int]:
    """Return the totals that reach an amount, the highest first, and of equal ones the client with the lower id."""
    return dict(sorted((one for one in totals.items() if one[1] >= cents), key=lambda one: (-one[1], one[0])))


def calendar_year(year: int) -> tuple[date, date]:
    """Return the first and the last day of a calendar year."""
    return date(year, 1, 1), date(year, 12, 31)
