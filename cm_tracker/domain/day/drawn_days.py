"""Test days that the program draws, so that nobody can tell them beforehand.

The days of every period are drawn when the plan is saved, and those to come again when a pause or another version changes
the periods. A day that is drawn stays: it is a record like every other one.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random

Candidate = tuple[date, datetime]
"""A day that can be drawn, and the instant at which the client would come."""


def draw_days(
    candidates: Iterable[Candidate], count: int, between: timedelta, random: Random, after: datetime | None = None
) -> tuple[Candidate, ...]:
    """Return the drawn days of one period in the order of their dates, at most `count` of the `candidates`.

    Two of them, and `after` and the first of them, lie at least `between` apart. Where `count` days do not fit, as many
    as fit are drawn.
    """
    by_date = sorted(one for one in candidates if after is None or one[1] - after >= between)
    count = min(count, len(_earliest_that_fit(by_date, between)))
    taken: list[Candidate] = []
    for one in random.sample(by_date, len(by_date)):
        if len(taken) >= count:
            break
        rest = [other for other in by_date if all(_is_apart(other, by, between) for by in (one, *taken))]
        fits = all(_is_apart(one, other, between) for other in taken)
        if fits and len(taken) + 1 + len(_earliest_that_fit(rest, between)) >= count:
            taken.append(one)
    return tuple(sorted(taken))


def _earliest_that_fit(by_date: Sequence[Candidate], between: timedelta) -> list[Candidate]:
    """Return the most days that lie far enough apart: from the first one on, always the earliest that fits."""
    taken: list[Candidate] = []
    for one in by_date:
        if not taken or one[1] - taken[-1][1] >= between:
            taken.append(one)
    return taken


def _is_apart(one: Candidate, other: Candidate, between: timedelta) -> bool:
    return one is not other and abs(one[1] - other[1]) >= between
