"""Where a schedule may pay a client more than a source allows: its own ceilings do not keep it from that.

A ceiling of a year protects only a source whose year begins on the same day. Of another year, two windows lie in the
source's: a client who begins in November can reach a ceiling of the calendar year before December 31, and again after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cm_tracker.domain.funding.sources import FirstDay
from cm_tracker.domain.schedules.ceilings import (
    CALENDAR_YEAR,
    ENROLLMENT,
    JANUARY_1,
    LIFETIME,
    MONTH,
    ROLLING,
    YEAR_FROM,
)
from cm_tracker.domain.schedules.facts import facts_of
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule

# But for the leap day.
_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Gap:
    """A schedule pays a client up to `most_cents` in an enrollment, and a source allows `limit_cents` a year.

    `ceiling_cents` is the lowest ceiling of the schedule for a year or an enrollment, or None where it has none. It
    `is_of_other_year` where it counts another year than the source.
    """

    most_cents: int
    limit_cents: int
    ceiling_cents: int | None
    is_of_other_year: bool = False


def gap(schedule: Schedule, limit_cents: int | None, first_day: FirstDay | None) -> Gap | None:
    """Return by what a schedule may pay more than a source allows a client, or None.

    `first_day` is that of the source's year; None for a source without one. What the schedule pays at most is worked
    out for one enrollment in which every target is met; draws count on average, so with draws a lucky client may get
    more. Two enrollments in one year are not looked at: the money page counts them.
    """
    if limit_cents is None:
        return None
    days = min(schedule.last_week * 7, _A_YEAR) if first_day is not None else schedule.last_week * 7
    # Where months and years begin depends on the client's first day, so their ceilings are counted by themselves.
    always = tuple(one for one in schedule.ceilings if one.scope in (ENROLLMENT, LIFETIME) or not _is_counted(one))
    most = facts_of(replace(schedule, ceilings=always)).cents
    for ceiling in schedule.ceilings:
        times = _times(ceiling, first_day, days)
        if times is not None:
            most = min(most, ceiling.cents * times)
    if most <= limit_cents:
        return None
    lowest = lowest_of(schedule.ceilings)
    if lowest is None:
        return Gap(most, limit_cents, None)
    return Gap(most, limit_cents, lowest.cents, _times(lowest, first_day, days) != 1)


def lowest_of(ceilings: Iterable[Ceiling]) -> Ceiling | None:
    """Return the lowest ceiling that limits what a client gets in some year or in an enrollment, or None."""
    return min((ceiling for ceiling in ceilings if _limits_a_year(ceiling)), key=lambda one: one.cents, default=None)


def _limits_a_year(ceiling: Ceiling) -> bool:
    if ceiling.scope == ROLLING:
        return ceiling.days is not None and ceiling.days >= _A_YEAR
    return ceiling.scope in (CALENDAR_YEAR, YEAR_FROM, ENROLLMENT, LIFETIME)


def _is_counted(ceiling: Ceiling) -> bool:
    return ceiling.scope == MONTH or _limits_a_year(ceiling)


def _times(ceiling: Ceiling, first_day: FirstDay | None, days: int) -> int | None:
    """Return how often a ceiling can be used up in one year of a source, or None where that is not known.

    `days` are those of an enrollment in such a year.
    """
    if ceiling.scope in (ENROLLMENT, LIFETIME):
        return 1
    if ceiling.scope == MONTH:
        return max(_months(first, days) for first in _LAST_DAYS)
    if first_day is None or not _limits_a_year(ceiling):
        return None
    return 1 if ceiling.scope == ROLLING or (ceiling.first_day or JANUARY_1) == first_day else 2


# Who begins on the last day of a month reaches the most months.
_LAST_DAYS = [date(2025, month, 1) - timedelta(days=1) for month in range(1, 13)]


def _months(first: date, days: int) -> int:
    last = first + timedelta(days=days - 1)
    return 12 * (last.year - first.year) + last.month - first.month + 1
