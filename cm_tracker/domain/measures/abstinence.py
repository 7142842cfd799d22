"""The longest duration of abstinence, and whether it lasted 4, 8 or 12 weeks.

It is the longest row of scheduled negative tests. Everything else ends the row: a positive or missed test, one that was
refused, tampered with or dilute. An excused absence neither adds to it nor ends it, and a test that waits for its result
does neither until it has one. What nobody said anything of counts as missed. Where missing tests are ignored, missed ones
are taken out first. (Primary outcome in CTN trials and in community practice: domain.md section 4, F83, F84.)

In weeks, each test of a row counts for a week by the tests that the schedule asked for in that week, by the version that
held then; of a longer period, for its weeks by its tests. More tests than it asked for make a week no longer. The row that
is longest in weeks can be another one than that of most tests. Whether it lasted 4, 8 or 12 weeks can be said of courses
that had as many weeks with tests so far, whether or not the client still came.

The row of weeks counts program weeks in which every test that counted was negative: a week with another one ends it, and
a week in which nothing counted neither adds to it nor ends it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cm_tracker.domain.measures.asked import Weights, weights_of
from cm_tracker.domain.measures.sequences import LEFT_OUT, MISSED, NEGATIVE, NO_OUTCOME, Course, Expected

SUSTAINED = (4, 8, 12)
MISSING = frozenset({MISSED, NO_OUTCOME})


@dataclass(frozen=True, slots=True)
class Abstinence:
    """The longest rows of a course: of tests, of tests without the missed ones, and of whole program weeks.

    `weeks_by_tests` and `weeks_missing_ignored` are the rows of tests that are longest in weeks. `weeks_asked` are the
    program weeks in which tests were asked for and that are over.
    """

    tests: int
    tests_missing_ignored: int
    weeks_by_tests: Fraction
    weeks_missing_ignored: Fraction
    weeks: int
    weeks_asked: int

    def could_last(self, weeks: int) -> bool:
        """Return whether there were so many weeks with tests so far."""
        return self.weeks_asked >= weeks

    def lasted(self, weeks: int) -> bool:
        """Return whether the longest row of tests lasted so many weeks."""
        return self.weeks_by_tests >= weeks


def abstinence(course: Course) -> Abstinence:
    """Return the longest rows of a course."""
    counted = [one for one in course.scheduled_tests if one.outcome not in LEFT_OUT]
    periods = course.periods
    weights = weights_of(periods)
    tests, weeks_by_tests = _longest(counted, weights)
    ignored, weeks_ignored = _longest([one for one in counted if one.outcome not in MISSING], weights)
    return Abstinence(
        tests=tests,
        tests_missing_ignored=ignored,
        weeks_by_tests=weeks_by_tests,
        weeks_missing_ignored=weeks_ignored,
        weeks=_longest_of_weeks(counted),
        weeks_asked=sum(period.weeks for period in periods if period.last_week <= course.weeks_over),
    )


def _longest(tests: Iterable[Expected], weights: Weights) -> tuple[int, Fraction]:
    """Return the longest unbroken row of negative tests: the one of most tests, and the one of most weeks."""
    most = in_a_row = most_share = share = in_period = 0
    period = None
    for one in tests:
        if one.outcome != NEGATIVE:
            in_a_row, share, period = 0, 0, None
            continue
        in_a_row += 1
        most = max(most, in_a_row)
        weight = weights.of_weeks.get(one.week)
        if weight is None:
            continue
        in_period = in_period + 1 if weight.period is period else 1
        period = weight.period
        if in_period <= period.tests:
            share += weight.share
            most_share = max(most_share, share)
    return most, Fraction(most_share, weights.whole)


def _longest_of_weeks(tests: Iterable[Expected]) -> int:
    """Return the longest unbroken row of program weeks in which every test was negative."""
    weeks: dict[int, bool] = {}
    for one in tests:
        weeks[one.week] = weeks.get(one.week, True) and one.outcome == NEGATIVE
    best = now = 0
    for week in sorted(weeks):
        now = now + 1 if weeks[week] else 0
        best = max(best, now)
    return best
