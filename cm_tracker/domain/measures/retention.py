"""How long clients keep coming.

Retention in weeks is the time from the first day on which a client came to the last one, both included. A client is still
attending in week n if they came in that program week or in the one after it: one missed week does not count as leaving.
Only those are counted whose program has a week n, once it and the one after it are over. Weeks are program weeks, so that
a pause is no part of them. (CTN: 50 % against 35 % at three months, F16.)

Who left, or was discharged, counts as lost to the end. Whose program was completed early, who moved to other care, and who
died has not been lost: nobody expected them any more, and they are left out of the weeks after.
"""

from datetime import date
from fractions import Fraction

from cm_tracker.domain.clients.events import COMPLETED, DIED, MOVED_DOWN, MOVED_UP
from cm_tracker.domain.measures.sequences import CAME, Course

IN_WEEKS = (4, 8, 12, 24)
GRACE_WEEKS = 1
NOT_LOST = frozenset({COMPLETED, MOVED_UP, MOVED_DOWN, DIED})
"""Whoever ended for one of these reasons is not expected any more."""


def days_attended(course: Course) -> tuple[date, ...]:
    """Return the days on which a client came, in order."""
    return tuple(sorted({one.on_day for one in course.expected if one.outcome in CAME}))


def weeks_retained(course: Course) -> Fraction:
    """Return the weeks from the first day on which a client came to the last one; 0 for somebody who never came.

    Days of a pause do not count.
    """
    days = days_attended(course)
    if not days:
        return Fraction(0)
    of = course.timeline
    return Fraction(of.days_before(days[-1]) - of.days_before(days[0]) + 1, 7)


def is_still_attending(course: Course, week: int) -> bool | None:
    """Return whether a client still came in a program week. None where nobody can say, or nobody expected them."""
    until = week + GRACE_WEEKS
    if week > course.last_week or course.weeks_over < min(until, course.last_week):
        return None
    if any(one.outcome in CAME and week <= one.week <= until for one in course.expected):
        return True
    ended_in = None if course.last_day is None else course.timeline.week_of(course.last_day)
    if ended_in is not None and ended_in <= until and course.end_reason in NOT_LOST:
        return None
    return False
