"""Percent negative, in the ways in which programs and trials report it.

Of the submitted tests: N / (N + P). It flatters, because whoever does not come cannot be positive. Of the expected tests:
N / (scheduled - excused), where everything that is not negative counts as if it were positive. Of all possible tests: N /
the tests that the protocol has until that day, also those after a client left. (domain.md section 4.)
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from cm_tracker.domain.day.client_week import monday_of
from cm_tracker.domain.measures.numbers import per_mille
from cm_tracker.domain.measures.sequences import LEFT_OUT, NEGATIVE, NO_OUTCOME, SUBMITTED, Course, Expected, within

_COUNTED = attrgetter("is_test", "is_expected", "outcome")


@dataclass(frozen=True, slots=True)
class NegativeCounts:
    """Counts of tests. `expected` are scheduled ones without those that were excused or wait for a result.

    `negative` are the negative ones of them. `submitted` and `submitted_negative` also count those that were not
    expected. `no_outcome` are expected ones of which nobody said what happened: they count as not negative.
    """

    expected: int
    negative: int
    submitted: int
    submitted_negative: int
    no_outcome: int = 0

    @property
    def of_expected(self) -> int | None:
        """The share of the expected tests, in thousandths. None without one."""
        return per_mille(self.negative, self.expected)

    @property
    def of_submitted(self) -> int | None:
        """The share of the submitted tests, in thousandths. None without one."""
        return per_mille(self.submitted_negative, self.submitted)


@dataclass(frozen=True, slots=True)
class WeekOfNegatives:
    """A calendar week from its Monday on. `is_over` says whether all of its days are."""

    monday: date
    counts: NegativeCounts
    is_over: bool

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)


def negative_counts(tests: Iterable[Expected]) -> NegativeCounts:
    """Return the counts of some tests; what is no test is left out."""
    expected = negative = submitted = submitted_negative = no_outcome = 0
    # Of 100,000 tests only a few differ in what counts here, and a counter is much faster than a loop.
    for (is_test, is_expected, outcome), count in Counter(map(_COUNTED, tests)).items():
        if not is_test:
            continue
        if is_expected and outcome not in LEFT_OUT:
            expected += count
            negative += count if outcome == NEGATIVE else 0
            no_outcome += count if outcome == NO_OUTCOME else 0
        if outcome in SUBMITTED:
            submitted += count
            submitted_negative += count if outcome == NEGATIVE else 0
    return NegativeCounts(expected, negative, submitted, submitted_negative, no_outcome)


def weeks_of_negatives(
    courses: Iterable[Course], first_day: date, last_day: date, today: date
) -> tuple[WeekOfNegatives, ...]:
    """Return the calendar weeks of some days with the counts of their tests: those of the days, both included."""
    by_monday: dict[date, list[Expected]] = {}
    monday = monday_of(first_day)
    while monday <= last_day:
        by_monday[monday] = []
        monday += timedelta(days=7)
    for course in courses:
        for one in within(course.expected, first_day, last_day):
            if one.is_test:
                by_monday[monday_of(one.on_day)].append(one)
    return tuple(
        WeekOfNegatives(monday, negative_counts(tests), monday + timedelta(days=6) < today)
        for monday, tests in by_monday.items()
    )


def of_all_possible(courses: Iterable[Course]) -> tuple[int, int]:
    """Return the negative tests of some courses, and all that were possible, in the periods that are over.

    A period counts as many scheduled negative tests as were possible in it at most.
    """
    negative = possible = 0
    for course in courses:
        of_weeks = Counter(one.week for one in course.scheduled_tests if one.outcome == NEGATIVE)
        for period in course.periods_over:
            given = sum(of_weeks[week] for week in range(period.first_week, period.last_week + 1))
            negative += min(given, period.tests)
            possible += period.tests
    return negative, possible
