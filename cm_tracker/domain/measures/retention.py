"""How long clients keep coming.

Retention in weeks is the time from the first day on which a client came to the last one, both included. A client is still
attending in week n if they came in that program week or in the one after it: one missed week does not count as leaving.
Only clients whose week n and the one after it are over are counted. Weeks are program weeks, so that a pause is no part
of them. (CTN: 50 % against 35 % at three months, F16.)
"""

from datetime import date
from fractions import Fraction

from cm_tracker.domain.measures.sequences import CAME, Course

IN_WEEKS = (4, 8, 12, 24)
GRACE_WEEKS = 1


def days_attended(course: Course) -> tuple[date, ...]:
    """Return the days on which a client came, in order."""
    return tuple(sorted({one.on_day for one in course.expected if one.outcome in CAME}))


def weeks_retained(course: Course) -> Fraction:
    """Return the weeks from the first day on which a client came to the last one; 0 for somebody who never came."""
    days = days_attended(course)
    return Fraction((days[-1] - days[0]).days + 1, 7) if days else Fraction(0)


def is_still_attending(course: Course, week: int) -> bool | None:
    """Return whether a client still came in a program week. None where nobody can say yet."""
    if course.weeks_over < week + GRACE_WEEKS:
        return None
    return any(one.outcome in CAME and week <= one.week <= week + GRACE_WEEKS for one in course.expected)
