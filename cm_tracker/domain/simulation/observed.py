"""The chances of real visits: what invented clients take over from a program's own last months.

Only visits up to the last week in which a client came are counted: what came after is one stop, and not many missed visits.
A stop is told from a few missed visits by so long a time without coming; the weeks at the end, of which that cannot be said
yet, count neither as weeks in which somebody stopped nor as weeks in which they went on. Who was enrolled and never came
stopped in the first week. Paused days are no days. Without anything of a kind, its chance is that of the published figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.outcomes import DILUTE, EXCUSED, MET, POSITIVE, REFUSED, TAMPERED, UNEXCUSED
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import ONE_DAY, Timeline
from cm_tracker.domain.simulation.assumptions import OF, PUBLISHED, Assumptions

# With fewer tests, the program's own figures are mostly chance.
FEWEST_TESTS = 100
# Who has not come for so many days, while visits were expected, has stopped coming.
GONE_AFTER = 14


class SeenVisit(NamedTuple):
    """A visit of an enrollment as it counts now. `outcome` is what invented clients have; others are waiting for one."""

    behavior: str
    day: date
    outcome: str
    is_test: bool
    came: bool


class SeenEnrollment(NamedTuple):
    """An enrollment that began up to today, and its visits in the days that are looked at, by day.

    `until` is the last day on which the client is expected, at the latest today.
    """

    timeline: Timeline
    until: date
    visits: Sequence[SeenVisit]


def seen_outcome(track: Track, outcome: str) -> str:
    """Return the outcome of a test that invented clients have: one that does not count as negative is a positive one.

    What the schedule does not count at all, such as a dilute test where it holds, changes as little as an excused visit.
    """
    if outcome in (REFUSED, TAMPERED):
        return POSITIVE if outcome in track.reset_on else EXCUSED
    if outcome == DILUTE:
        return POSITIVE if track.on_dilute == "reset" else EXCUSED
    return outcome


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


def observed(enrollments: Iterable[SeenEnrollment], first_day: date, last_day: date, spends: int | None) -> Observed:
    """Return the chances of what happened from `first_day` to `last_day`.

    `spends` is the share of the points that is spent a week, None where it is not known.
    """
    counts = _Counts()
    for enrollment in enrollments:
        _count(counts, enrollment, first_day)
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


def _count(counts: _Counts, enrollment: SeenEnrollment, first_day: date) -> None:
    timeline, until, visits = enrollment
    is_older = timeline.starts_on < first_day
    came = [visit.day for visit in visits if visit.came]
    if is_older and not came:
        # They stopped before these days, or came never: nothing is known.
        return
    last_week = timeline.week_of(max(came)) if came else 1
    # Before each of these weeks, a client could stop, and it would be seen.
    first = timeline.week_of(first_day) + 1 if is_older else 2
    seen_until = (timeline.days_before(until + ONE_DAY) - GONE_AFTER) // 7 + 1
    for week in range(first, min(last_week + 1, seen_until) + 1):
        counts.stops.add(week == last_week + 1)
    if came:
        _count_visits(counts, [one for one in visits if timeline.week_of(one.day) <= last_week], is_older)


def _count_visits(counts: _Counts, visits: Iterable[SeenVisit], is_older: bool) -> None:
    """Count visits. What the first test of an enrollment that `is_older` came after is not known."""
    before: dict[str, _Share | None] = {}
    for visit in visits:
        if not visit.is_test:
            counts.attends.add(visit.outcome == MET)
            continue
        counts.excused.add(visit.outcome == EXCUSED)
        counts.missed.add(visit.outcome == UNEXCUSED)
        if visit.outcome in (MET, POSITIVE):
            share = before.get(visit.behavior, None if is_older else counts.first)
            if share is not None:
                share.add(visit.outcome == MET)
            counts.tests += 1
        if visit.outcome in (MET, POSITIVE, UNEXCUSED):
            before[visit.behavior] = counts.after_negative if visit.outcome == MET else counts.after_other
