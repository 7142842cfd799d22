"""The calendar of a site: the days on which it is closed, the days that make up for them, and who is away.

Nobody loses anything by a closed day: whoever was expected is excused by the program. Where a leader is away and nobody
stands in, the service does not meet, which is the same for the client.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.errors import AllRefusals, BadInput

MOST_NAME = 80
MOST_DAYS = 62
"""So many days one closure or one absence of staff may last. A longer one is entered in parts."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a site is closed, the first and the last one included. `name` says why: "Labor Day".

    On `make_up_on`, the services of a closed day meet instead; only a closure of one day can have it.
    """

    id: int
    first_day: date
    last_day: date
    name: str
    make_up_on: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the site is closed on a day."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Away:
    """A member of staff is away on some days. `stand_in_id` leads their services; with None, these do not meet."""

    id: int
    staff_id: int
    first_day: date
    last_day: date
    stand_in_id: int | None = None

    def covers(self, day: date) -> bool:
        """Return whether the member of staff is away on a day."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Calendar:
    """The closures of a site and the absences of its staff."""

    closures: tuple[Closure, ...] = ()
    away: tuple[Away, ...] = ()

    def closure_on(self, day: date) -> Closure | None:
        """Return the closure of a day, or None where the site is open."""
        return next((closure for closure in self.closures if closure.covers(day)), None)

    def made_up_on(self, day: date) -> Closure | None:
        """Return the closure for which a day makes up, or None."""
        return next((closure for closure in self.closures if closure.make_up_on == day), None)

    def away_on(self, staff_id: int | None, day: date) -> Away | None:
        """Return the absence of a member of staff on a day, or None."""
        return next((one for one in self.away if one.staff_id == staff_id and one.covers(day)), None)


def check_closure(
    first_day: date, last_day: date, name: str, make_up_on: date | None, others: Sequence[Closure]
) -> None:
    """Raise everything that is wrong with a closure as it was entered. `others` are those of the site that count."""
    refusals = AllRefusals()
    with refusals:
        if not name.strip():
            raise BadInput('Say why the site is closed, such as "Labor Day" or "Water damage".', "name")
        if len(name.strip()) > MOST_NAME:
            raise BadInput("Shorten the name to %(most)s characters.", "name", most=MOST_NAME)
    with refusals:
        check_days(first_day, last_day)
        for other in others:
            if other.first_day <= last_day and first_day <= other.last_day:
                raise BadInput(
                    "The site is closed on %(day)s already.", "first_day", day=max(first_day, other.first_day)
                )
    with refusals:
        if make_up_on is not None:
            _check_make_up(first_day, last_day, make_up_on, others)
    refusals.raise_any()


def _check_make_up(first_day: date, last_day: date, make_up_on: date, others: Sequence[Closure]) -> None:
    if first_day != last_day:
        raise BadInput("Only one closed day can be made up for. Enter each of these days by itself.", "make_up_on")
    if make_up_on == first_day or any(other.covers(make_up_on) for other in others):
        raise BadInput("The site is closed on that day, too. Choose another one.", "make_up_on")
    if any(other.make_up_on == make_up_on for other in others):
        raise BadInput("That day makes up for another one already. Choose another one.", "make_up_on")
    if abs((make_up_on - first_day).days) > MOST_DAYS:
        raise BadInput("Choose a day within %(most)s days of the closed one.", "make_up_on", most=MOST_DAYS)


def check_days(first_day: date, last_day: date) -> None:
    """Raise `BadInput` for days in the wrong order, or for too many of them."""
    if last_day < first_day:
        raise BadInput("The last day is before the first one. Correct one of the two.", "last_day")
    if (last_day - first_day).days >= MOST_DAYS:
        raise BadInput("These are more than %(most)s days. Enter them in parts.", "last_day", most=MOST_DAYS)


def federal_holidays(year: int) -> tuple[tuple[date, str], ...]:
    """Return the federal holidays of the United States of a year, each with its name, in order.

    One that falls on a Saturday is kept on the Friday before it, one on a Sunday on the Monday after it, so New Year's
    Day may be kept on December 31 of the year before (5 U.S.C. 6103 and Executive Order 11582).
    """
    monday, thursday = 0, 3
    return (
        (_kept(date(year, 1, 1)), "New Year's Day"),
        (_nth(year, 1, monday, 3), "Martin Luther King Jr. Day"),
        (_nth(year, 2, monday, 3), "Washington's Birthday"),
        (_last(year, 5, monday), "Memorial Day"),
        (_kept(date(year, 6, 19)), "Juneteenth"),
        (_kept(date(year, 7, 4)), "Independence Day"),
        (_nth(year, 9, monday, 1), "Labor Day"),
        (_nth(year, 10, monday, 2), "Columbus Day"),
        (_kept(date(year, 11, 11)), "Veterans Day"),
        (_nth(year, 11, thursday, 4), "Thanksgiving Day"),
        (_kept(date(year, 12, 25)), "Christmas Day"),
    )


def _kept(day: date) -> date:
    shift = {5: -1, 6: 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last(year: int, month: int, weekday: int) -> date:
    after = date(year, month + 1, 1)
    return after - timedelta(days=(after.weekday() - weekday - 1) % 7 + 1)
