"""Slots: who is expected on which day, when and for what.

A slot follows from the plan that holds on its day, the meetings of the plan's services, the version of the schedule,
pauses and the calendar. Nothing of it is stored: a change of any of them from a day on changes the slots of that day and
later ones, and leaves earlier ones as they were.

A track of tests expects as many visits in a period as it can pay: the first planned days of the period, or the drawn
ones. Every other service expects the client at each of its meetings that is in the plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.day.calendar import Calendar
from cm_tracker.domain.day.drawn_days import Candidate, draw_days
from cm_tracker.domain.day.plans import Plan, PlanItem, plan_on
from cm_tracker.domain.day.services import TEST_VISIT, WEEKDAYS, Meeting, Service, instant_of
from cm_tracker.domain.schedules.timeline import ONE_DAY, Timeline

MOST_DRAWN = timedelta(days=2 * 366)
"""So far ahead days are drawn for an enrollment whose last day nobody knows, while a pause goes on."""

CLOSED, NOT_HELD = "closed", "not_held"
"""Why the program excuses a slot: the site is closed, or the leader is away and nobody stands in."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A client is expected at a service on a day. A client has at most one slot of a service on a day.

    `begins_at` is an instant, `minutes` the length. `behavior` is the track that it counts for, or None where it pays
    nothing. `week` is the program week. `excused_by` says why the program excuses it, or is None. `made_up_on` is the
    day on which the closed day's services meet instead, and `makes_up_for` the closed day that this slot makes up for.
    `is_listed` is false for somebody who came without being expected.
    """

    enrollment_id: int
    service_id: int
    on_day: date
    begins_at: datetime
    minutes: int
    behavior: str | None
    is_test: bool
    week: int
    leader_id: int | None
    excused_by: str | None = None
    made_up_on: date | None = None
    makes_up_for: date | None = None
    is_listed: bool = True

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return self.begins_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class SiteWeek:
    """What all clients of a site share: its services by id, its calendar, and its time zone."""

    site_id: int
    services: Mapping[int, Service]
    calendar: Calendar
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Planned:
    """An enrollment with its plans, in any order. The client belongs to the site from `at_site_from` on."""

    enrollment_id: int
    span: EnrollmentSpan
    plans: tuple[Plan, ...]
    at_site_from: date = date.min
    at_site_until: date = date.max

    @property
    def timeline(self) -> Timeline:
        """The enrollment's timeline."""
        return self.span.timeline

    def runs_on(self, day: date) -> bool:
        """Return whether the client takes part at the site on a day: not before, not paused, not ended."""
        if not (self.at_site_from <= day <= self.at_site_until and day >= self.timeline.starts_on):
            return False
        last_day = self.span.last_day
        return (last_day is None or day <= last_day) and not self.timeline.is_paused(day)


def slots_between(week: SiteWeek, planned: Planned, first_day: date, last_day: date) -> tuple[Slot, ...]:
    """Return the slots of an enrollment at a site from a day to a day, both included, by their instants."""
    days = (first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1))
    slots = [slot for day in days for slot in slots_on(week, planned, day)]
    return tuple(sorted(slots, key=lambda slot: (slot.begins_at, slot.service_id)))


def slots_on(week: SiteWeek, planned: Planned, day: date) -> tuple[Slot, ...]:
    """Return the slots of an enrollment at a site on a day, by their instants."""
    plan = _plan_of(week, planned, day)
    found: list[Slot] = []
    for item in plan.items if plan is not None else ():
        service = week.services.get(item.service_id)
        meets = service and _meeting(week, item, service, day)
        if service is None or not meets:
            continue
        if not found and not planned.runs_on(day):
            return ()
        meeting, held_for = meets
        slot = _slot(week, planned, item, service, day, meeting, held_for)
        if not slot.is_test or _is_due(week, planned, item, held_for or day):
            found.append(slot)
    return tuple(sorted(found, key=lambda slot: (slot.begins_at, slot.service_id)))


def slot_of(week: SiteWeek, planned: Planned, service_id: int, day: date) -> Slot | None:
    """Return the slot of an enrollment at a service on a day, also where the client is not expected there.

    Somebody who comes to a service without being expected is paid as their plan says for that service; where it says
    nothing, by the one track of the version that counts attendance. Return None where the service does not meet, and for
    an enrollment that does not run on that day.
    """
    listed = next((slot for slot in slots_on(week, planned, day) if slot.service_id == service_id), None)
    if listed is not None:
        return listed
    service = week.services.get(service_id)
    plan = _plan_of(week, planned, day)
    item = next((one for one in plan.items if one.service_id == service_id), None) if plan else None
    behavior = item.behavior if item else _only_attendance(planned, day)
    if service is None or not planned.runs_on(day):
        return None
    as_if = PlanItem(service_id, frozenset(WEEKDAYS), None if service.kind == TEST_VISIT and not item else behavior)
    meets = _meeting(week, as_if, service, day)
    if meets is None:
        return None
    return replace(_slot(week, planned, as_if, service, day, *meets), is_listed=False)


def _only_attendance(planned: Planned, day: date) -> str | None:
    tracks = [track.behavior for track in planned.timeline.tracks_on(day) if track.evidence == "attendance"]
    return tracks[0] if len(tracks) == 1 else None


def _plan_of(week: SiteWeek, planned: Planned, day: date) -> Plan | None:
    plan = plan_on(planned.plans, day)
    return plan if plan is not None and plan.site_id == week.site_id else None


def _meeting(week: SiteWeek, item: PlanItem, service: Service, day: date) -> tuple[Meeting, date | None] | None:
    """Return the meeting of a planned service on a day, and the closed day for which it makes up, or None."""
    meeting = service.meeting_on(day)
    if meeting is not None and day.weekday() in item.weekdays:
        return meeting, None
    closure = week.calendar.made_up_on(day)
    if meeting is not None or closure is None or closure.first_day.weekday() not in item.weekdays:
        return None
    meeting = service.meeting_like(closure.first_day.weekday(), closure.first_day)
    return None if meeting is None else (meeting, closure.first_day)


def _slot(
    week: SiteWeek,
    planned: Planned,
    item: PlanItem,
    service: Service,
    day: date,
    meeting: Meeting,
    held_for: date | None,
) -> Slot:
    closure = week.calendar.closure_on(day)
    away = week.calendar.away_on(service.leader_id, day) if closure is None else None
    is_not_held = away is not None and away.stand_in_id is None
    track = planned.timeline.track_on(item.behavior, day) if item.behavior else None
    return Slot(
        enrollment_id=planned.enrollment_id,
        service_id=service.id,
        on_day=day,
        begins_at=instant_of(day, item.time_of_day or meeting.time_of_day, week.zone),
        minutes=meeting.minutes,
        behavior=track.behavior if track else None,
        is_test=track is not None and track.is_test,
        week=planned.timeline.week_of(day),
        leader_id=away.stand_in_id if away else service.leader_id,
        excused_by=CLOSED if closure else NOT_HELD if is_not_held else None,
        made_up_on=closure.make_up_on if closure else None,
        makes_up_for=held_for,
    )


def _is_due(week: SiteWeek, planned: Planned, item: PlanItem, day: date) -> bool:
    """Return whether a test is due on a planned day: it is one of the first of its period, or one that was drawn."""
    assert item.behavior is not None
    if item.is_drawn:
        return day in item.drawn_on
    period = period_of(planned, item.behavior, day)
    if period is None:
        return False
    days, count = period
    earlier = [one for one in days if one < day]
    return len(earlier) < count or sum(_is_planned(week, planned, item.behavior, one) for one in earlier) < count


def period_of(planned: Planned, behavior: str, day: date) -> tuple[tuple[date, ...], int] | None:
    """Return the days of the period in which a day lies, and how many visits of a track it can pay.

    None where no phase of the track covers the day. Paused days are left out.
    """
    number = planned.timeline.week_of(day)
    track = planned.timeline.track_on(behavior, day)
    phase = track.phase_in(number) if track else None
    if phase is None:
        return None
    weeks = phase.weeks_of_period(number)
    first = planned.timeline.first_day_of(weeks[0])
    if first is None:
        return None
    last = planned.timeline.last_day_of(weeks[-1]) or first + timedelta(days=7 * len(weeks) - 1)
    days = tuple(_days(first, last))
    if planned.timeline.pauses:
        days = tuple(one for one in days if not planned.timeline.is_paused(one))
    return days, phase.visits_per_week


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def _is_planned(week: SiteWeek, planned: Planned, behavior: str, day: date) -> bool:
    """Return whether the plan of a day has a test of a track on it, whether or not the site is open."""
    plan = _plan_of(week, planned, day)
    items = plan.items if plan is not None else ()
    meets = any(_item_meets(week, item, day) for item in items if item.behavior == behavior)
    return meets and planned.runs_on(day)


def _item_meets(week: SiteWeek, item: PlanItem, day: date) -> bool:
    service = week.services.get(item.service_id)
    return service is not None and day.weekday() in item.weekdays and service.meeting_on(day) is not None


def days_to_draw(
    week: SiteWeek, planned: Planned, item: PlanItem, first_day: date, random: Random, after: datetime | None = None
) -> frozenset[date]:
    """Return drawn days for a planned test, from a day on until the last day that the enrollment can have.

    `planned` is as it will be, with the plan of the item. `after` is the instant of the client's last test before that
    day. A day on which the site is known to be closed is not drawn.
    """
    assert item.behavior is not None
    between, drawn = timedelta(hours=item.hours_between), set()
    last_day = planned.span.last_day or first_day + MOST_DRAWN
    day = max(first_day, planned.timeline.starts_on)
    while day <= last_day:
        period = period_of(planned, item.behavior, day)
        if period is None:
            day += ONE_DAY
            continue
        days, count = period
        taken = sum(bool(_tests_on(week, planned, item.behavior, one)) for one in days if one < first_day)
        candidates = _candidates(week, item, [one for one in days if first_day <= one <= last_day])
        for on_day, instant in draw_days(candidates, count - taken, between, random, after):
            drawn.add(on_day)
            after = instant
        day = days[-1] + ONE_DAY
    return frozenset(drawn)


def last_test_before(week: SiteWeek, planned: Planned, behavior: str, day: date, hours_between: int) -> datetime | None:
    """Return the instant of the client's last test on a track before a day, or None.

    Only days that lie so close that `hours_between` can reach over them are looked at.
    """
    nearest = (day - timedelta(days=number) for number in range(1, hours_between // 24 + 3))
    tests = (slot.begins_at for one in nearest for slot in _tests_on(week, planned, behavior, one))
    return max(tests, default=None)


def _tests_on(week: SiteWeek, planned: Planned, behavior: str, day: date) -> list[Slot]:
    return [slot for slot in slots_on(week, planned, day) if slot.is_test and slot.behavior == behavior]


def _candidates(week: SiteWeek, item: PlanItem, days: Sequence[date]) -> list[Candidate]:
    service = week.services[item.service_id]
    found = []
    for day in days:
        meeting = service.meeting_on(day)
        if meeting and day.weekday() in item.weekdays and week.calendar.closure_on(day) is None:
            found.append((day, instant_of(day, item.time_of_day or meeting.time_of_day, week.zone)))
    return found
