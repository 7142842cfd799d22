"""The chances of real visits: what invented clients take over from a program's own last months.

Only visits up to the last one to which a client came are counted: what came after is one stop, and not many missed
visits. Without anything of a kind, its chance is that of the published figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from cm_tracker.domain.schedules.outcomes import EXCUSED, MET, POSITIVE, UNEXCUSED
from cm_tracker.domain.simulation.assumptions import OF, PUBLISHED, Assumptions

# With fewer tests, the program's own figures are mostly chance.
FEWEST_TESTS = 100
# Who has not come for so long, while visits were expected, has stopped coming.
GONE_AFTER = timedelta(days=14)


class SeenVisit(NamedTuple):
    """A visit of an enrollment as it counts now. Visits of an enrollment stand together, by day."""

    enrollment_id: int
    behavior: str
    day: date
    outcome: str
    is_test: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen from `first_day` to `last_day`: so many tests, and the chances that follow from them."""

    first_day: date
    last_day: date
    tests: int
    assumptions: Assumptions

    @property
    def is_enough(self) -> bool:
        """Return whether there are enough tests to say something."""
        return self.tests >= FEWEST_TESTS


@dataclass(slots=True)
class _Share:
    """So many of so many."""

    n: int = 0
    of: int = 0

    def add(self, is_so: bool) -> None:
        self.n += is_so
        self.of += 1

    def per_1000(self, otherwise: int) -> int:
        """Return the share of every 1,000, halves up."""
        return (2 * self.n * OF + self.of) // (2 * self.of) if self.of else otherwise


class _Counts:
    def __init__(self) -> None:
        self.first, self.after_negative, self.after_other = _Share(), _Share(), _Share()
        self.excused, self.missed, self.attends = _Share(), _Share(), _Share()
        self.stops = _Share()
        self.tests = 0


def observed(
    visits: Iterable[SeenVisit], ends: dict[int, date], first_day: date, last_day: date, spends: int | None
) -> Observed:
    """Return the chances of visits from `first_day` to `last_day`.

    `ends` has by enrollment the last day on which a visit is expected, and `spends` the share of the points that is
    spent a week, None where it is not known.
    """
    counts = _Counts()
    for enrollment_id, of_client in groupby(visits, key=lambda visit: visit.enrollment_id):
        _count(counts, list(of_client), min(ends.get(enrollment_id, last_day), last_day))
    found = Assumptions(
        first=counts.first.per_1000(PUBLISHED.first),
        after_negative=counts.after_negative.per_1000(PUBLISHED.after_negative),
        after_other=counts.after_other.per_1000(PUBLISHED.after_other),
        excused=counts.excused.per_1000(PUBLISHED.excused),
        missed=counts.missed.per_1000(PUBLISHED.missed),
        stops=counts.stops.per_1000(PUBLISHED.stops),
        attends=counts.attends.per_1000(PUBLISHED.attends),
        spends=PUBLISHED.spends if spends is None else spends,
    )
    return Observed(first_day, last_day, counts.tests, found)


def weekly_share_spent(spent: int, weeks: int, left: int) -> int | None:
    """Return the share of the points that is spent a week, of every 1,000, None where nothing could be spent.

    `spent` are the points of so many weeks, and `left` those that clients have now: in a usual week, they had as many
    and what they then spent.
    """
    had = left * weeks + spent
    return (2 * spent * OF + had) // (2 * had) if had else None


def _count(counts: _Counts, visits: Sequence[SeenVisit], until: date) -> None:
    came = [visit.day for visit in visits if visit.outcome not in (EXCUSED, UNEXCUSED)]
    if not came:
        return
    last = max(came)
    weeks = (last - min(visit.day for visit in visits)).days // 7 + 1
    has_stopped = last + GONE_AFTER < until
    for week in range(weeks):
        counts.stops.add(has_stopped and week == weeks - 1)
    before: dict[str, bool | None] = {}
    for visit in visits:
        if visit.day > last:
            return
        if not visit.is_test:
            counts.attends.add(visit.outcome == MET)
            continue
        counts.excused.add(visit.outcome == EXCUSED)
        counts.missed.add(visit.outcome == UNEXCUSED)
        if visit.outcome == UNEXCUSED:
            before[visit.behavior] = False
        elif visit.outcome in (MET, POSITIVE):
            is_negative = visit.outcome == MET
            was = before.get(visit.behavior)
            chance = counts.first if was is None else counts.after_negative if was else counts.after_other
            chance.add(is_negative)
            counts.tests += 1
            before[visit.behavior] = is_negative
