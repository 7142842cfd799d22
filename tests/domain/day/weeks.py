"""A site in New York with a group, a session and test visits, and an enrollment that begins on a Monday."""

from dataclasses import replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from cm_tracker.domain.clients.events import EnrollmentEvent, EnrollmentSpan
from cm_tracker.domain.day.calendar import Calendar
from cm_tracker.domain.day.plans import Plan, PlanItem
from cm_tracker.domain.day.services import Meeting, Service
from cm_tracker.domain.day.slots import Planned, SiteWeek
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.schedules.documents import document, phase, track

SITE = 1
GROUP, SESSION, TESTS = 10, 20, 30
KOFI, TOM = 5, 6
MONDAY = date(2026, 3, 2)  # the Sunday of that week, March 8, is the day on which the clock is put forward
ZONE = ZoneInfo("America/New_York")
LONG_AGO = date(2026, 1, 1)


def meetings(weekdays: str, at: time, minutes: int = 60) -> tuple[Meeting, ...]:
    """Meetings on weekdays, Monday as 0, since long ago."""
    return tuple(Meeting(int(weekday), at, minutes, LONG_AGO) for weekday in weekdays)


def service(number: int, kind: str, *held: Meeting, leader_id: int | None = KOFI, **more: Any) -> Service:
    return Service(number, SITE, f"Service {number}", kind, leader_id, "Room 1", None, held, **more)


GROUPS = service(GROUP, "group", *meetings("024", time(13), 120))
SESSIONS = service(SESSION, "individual", *meetings("1", time(10)), leader_id=TOM)
TEST_VISITS = service(TESTS, "test_visit", *meetings("0123456", time(9), 20), leader_id=None)


def site_week(*services: Service, calendar: Calendar | None = None, zone: str = "America/New_York") -> SiteWeek:
    by_id = {one.id: one for one in services or (GROUPS, SESSIONS, TEST_VISITS)}
    return SiteWeek(SITE, by_id, calendar or Calendar(), ZoneInfo(zone))


TWO_TRACKS = document(
    track(phase(), behavior="urine", title="Urine"),
    track(phase(visits_per_week=3), behavior="groups", title="Groups", evidence="attendance", target=[]),
)


def item(number: int, weekdays: str, behavior: str | None = None, **more: Any) -> PlanItem:
    return PlanItem(number, frozenset(int(one) for one in weekdays), behavior, **more)


def plan(*items: PlanItem, number: int = 1, from_on: date = MONDAY, **more: Any) -> Plan:
    return Plan(number, SITE, from_on, "intensive_outpatient", 9, items, **more)


def planned(
    *plans: Plan, events: tuple[EnrollmentEvent, ...] = (), doc: dict[str, Any] = TWO_TRACKS, **more: Any
) -> Planned:
    span = EnrollmentSpan(MONDAY, parse(doc))
    for event in events:
        span = span.with_event(event)
    return replace(Planned(7, span, plans), **more)
