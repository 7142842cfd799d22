"""The longest duration of abstinence, and whether it lasted 4, 8 or 12 weeks.

It is the longest row of scheduled negative tests. Everything else ends the row: a positive or missed test, one that was
refused, tampered with or dilute. An excused absence neither adds to it nor ends it, and a test that waits for its result
does neither until it has one. What nobody said anything of counts as missed. Where missing tests are ignored, missed ones
are taken out first. (Primary outcome in CTN trials and in community practice: domain.md section 4, F83, F84.)

In weeks, the row is divided by the tests that the version asks for a week. The row of weeks counts program weeks in
which every test that counted was negative: a week with another one ends it, and a week in which nothing counted
neither adds to it nor ends it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cm_tracker.domain.measures.sequences import LEFT_OUT, MISSED, NEGATIVE, NO_OUTCOME, Course

SUSTAINED = (4, 8, 12)
MISSING = frozenset({MISSED, NO_OUTCOME})


@dataclass(frozen=True, slots=True)
class Abstinence:
    """The longest rows of a course: of tests, of tests without the missed ones, and of whole program weeks."""

    tests: int
    tests_missing_ignored: int
    weeks: int
    visits_per_week: int

    @property
    def weeks_by_tests(self) -> Fraction:
        """The longest row of tests in weeks: tests by tests a week."""
        return Fraction(self.tests, self.visits_per_week) if self.visits_per_week else Fraction(0)

    @property
    def weeks_missing_ignored(self) -> Fraction:
        """The longest row without the missed tests, in weeks."""
        return Fraction(self.tests_missing_ignored, self.visits_per_week) if self.visits_per_week else Fraction(0)

    def lasted(self, weeks: int) -> bool:
        """Return whether the longest row of tests lasted so many weeks."""
        return self.tests >= weeks * self.visits_per_week > 0


def abstinence(course: Course) -> Abstinence:
    """Return the longest rows of a course."""
    tests = course.scheduled_tests
    counted = [one.outcome == NEGATIVE for one in tests if one.outcome not in LEFT_OUT]
    given = [one.outcome == NEGATIVE for one in tests if one.outcome not in LEFT_OUT and one.outcome not in MISSING]
    weeks: dict[int, bool] = {}
    for one in tests:
        if one.outcome not in LEFT_OUT:
            weeks[one.week] = weeks.get(one.week, True) and one.outcome == NEGATIVE
    return Abstinence(
        longest(counted), longest(given), longest(weeks[number] for number in sorted(weeks)), course.visits_per_week
    )


def longest(row: Iterable[bool]) -> int:
    """Return how many true values stand in the longest unbroken row of them."""
    best = now = 0
    for value in row:
        now = now + 1 if value else 0
        best = max(best, now)
    return best
