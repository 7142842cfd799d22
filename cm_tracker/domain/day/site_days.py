"""The week of a site: which services are held on a day, and who leads them, whoever is expected."""

from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.day.calendar import Closure
from cm_tracker.domain.day.services import Meeting, Service
from cm_tracker.domain.day.slots import SiteWeek


@dataclass(frozen=True, slots=True)
class Held:
    """A service on a day. `leader_id` is who leads it then: the leader, or who stands in for them.

    Where the leader is away and nobody stands in, it does not meet, and `is_held` is false. `makes_up_for` is the closed
    day that it makes up for.
    """

    service: Service
    meeting: Meeting
    leader_id: int | None
    is_held: bool = True
    makes_up_for: date | None = None

    @property
    def has_stand_in(self) -> bool:
        """Return whether somebody stands in for the leader."""
        return self.is_held and self.leader_id != self.service.leader_id


@dataclass(frozen=True, slots=True)
class SiteDay:
    """A day of a site: why it is closed, or what is held in the order of the times.

    Of a closed day, `held` is what would have been held.
    """

    day: date
    closure: Closure | None
    held: tuple[Held, ...]


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks_of_month(day: date) -> tuple[tuple[date, ...], ...]:
    """Return the weeks of a day's month from Monday to Sunday, with the days of the months beside it that fill them."""
    first = day.replace(day=1)
    begins = monday_of(first)
    weeks: list[tuple[date, ...]] = []
    while begins.replace(day=1) <= first or not weeks:
        weeks.append(tuple(begins + timedelta(days=number) for number in range(7)))
        begins += timedelta(days=7)
    return tuple(weeks)


def site_days(week: SiteWeek, monday: date) -> tuple[SiteDay, ...]:
    """Return the days of a week from Monday on. Saturday and Sunday are left out where nothing happens on them."""
    days = [_site_day(week, monday + timedelta(days=number)) for number in range(7)]
    return tuple(one for one in days if one.day.weekday() < 5 or one.held or one.closure)


def next_open_day(week: SiteWeek, day: date) -> date | None:
    """Return the first day after a day on which the site is open and holds something, None within four weeks without one."""
    days = (_site_day(week, day + timedelta(days=number)) for number in range(1, 29))
    return next((one.day for one in days if one.closure is None and any(held.is_held for held in one.held)), None)


def _site_day(week: SiteWeek, day: date) -> SiteDay:
    held = [one for service in week.services.values() if (one := _held_on(week, service, day)) is not None]
    held.sort(key=lambda one: (one.meeting.time_of_day, one.service.name.casefold(), one.service.id))
    return SiteDay(day, week.calendar.closure_on(day), tuple(held))


def _held_on(week: SiteWeek, service: Service, day: date) -> Held | None:
    meeting, makes_up_for = service.meeting_on(day), None
    closure = week.calendar.made_up_on(day)
    if meeting is None and closure is not None:
        makes_up_for = closure.first_day
        meeting = service.meeting_like(makes_up_for.weekday(), makes_up_for)
    if meeting is None:
        return None
    away = week.calendar.away_on(service.leader_id, day)
    if away is None:
        return Held(service, meeting, service.leader_id, makes_up_for=makes_up_for)
    return Held(service, meeting, away.stand_in_id, away.stand_in_id is not None, makes_up_for)
