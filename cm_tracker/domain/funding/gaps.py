"""Where a schedule may pay a client more than a source allows: its own ceilings do not keep it from that."""

from collections.abc import Iterable
from dataclasses import dataclass

from cm_tracker.domain.schedules.ceilings import CALENDAR_YEAR, ENROLLMENT, LIFETIME, ROLLING, YEAR_FROM
from cm_tracker.domain.schedules.facts import facts_of
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule

_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Gap:
    """A schedule pays a client up to `most_cents` in an enrollment, and a source allows `limit_cents` a year.

    `ceiling_cents` is the lowest ceiling of the schedule for a year or an enrollment, or None where it has none.
    """

    most_cents: int
    limit_cents: int
    ceiling_cents: int | None


def gap(schedule: Schedule, limit_cents: int | None) -> Gap | None:
    """Return by what a schedule may pay more than a source allows a client, or None.

    What it pays at most is worked out for one enrollment in which every target is met; draws count on average, so with
    draws a lucky client may get more. Two enrollments in one year are not looked at: the money page counts them.
    """
    if limit_cents is None:
        return None
    ceiling = lowest(schedule.ceilings)
    most = facts_of(schedule).cents
    if most <= limit_cents or (ceiling is not None and ceiling <= limit_cents):
        return None
    return Gap(most, limit_cents, ceiling)


def lowest(ceilings: Iterable[Ceiling]) -> int | None:
    """Return the lowest ceiling that limits what a client gets in a year, in cents, or None."""
    return min((ceiling.cents for ceiling in ceilings if _limits_a_year(ceiling)), default=None)


def _limits_a_year(ceiling: Ceiling) -> bool:
    if ceiling.scope == ROLLING:
        return ceiling.days is not None and ceiling.days >= _A_YEAR
    return ceiling.scope in (CALENDAR_YEAR, YEAR_FROM, ENROLLMENT, LIFETIME)
