"""Plans of the demonstration's clients: most of them come to a group, a session and their tests.

One client has drawn days of tests, one has stepped down, one has other days, and one of each site has no plan yet.
Where a site has no services, a small week of services is added first.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import uuid4

from cm_tracker.cli.demo.schedules import MOST_TESTS, WEEKDAYS_OF_TESTS, Staff
from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.day.client_week import meetings_from
from cm_tracker.domain.day.plans import (
    FIRST,
    INTENSIVE_OUTPATIENT,
    OTHER_SERVICES,
    STEP_DOWN,
    PlanItem,
    fewest_hours_between,
)
from cm_tracker.domain.day.services import TEST_VISIT, Meeting, Service
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.queries.clients.clients import client_list
from cm_tracker.queries.clients.spans import ClientSpan, current_of, spans_of
from cm_tracker.queries.day.week import service_lines
from cm_tracker.queries.staff.sites import sites_of

ACTOR = command("demonstration")
WITHOUT_PLAN = {"HS-105", "MR-203"}
DRAWN, STEPPED_DOWN, OTHER_DAYS = "HS-101", "HS-109", "HS-102"
HOURS = 9


class _Service(NamedTuple):
    """A service of the small week."""

    name: str
    kind: str
    leader: str | None
    place: str
    weekdays: str
    at: time
    minutes: int


SERVICES = (
    _Service("Skills group", "skills", "kofi", "Room 1", "02", time(13), 120),
    _Service("Relapse prevention group", "group", "kofi", "Room 2", "14", time(10), 120),
    _Service("Individual session", "individual", "rosa", "Room 4", "013", time(15), 60),
    _Service("Family session", "family", "tom", "By video", "2", time(17), 60),
    _Service("Community meeting", "community_meeting", None, "St. Mark's hall", "4", time(19), 60),
    _Service("Urine tests", TEST_VISIT, None, "Front desk", "01234", time(9, 30), 15),
)


def plans(now: datetime, staff: Staff) -> None:
    """Set the plans of the demonstration's clients, as if they had been entered when each of them enrolled."""
    for site in sites_of(db.session(), ACTOR):
        today = day_at(now, site.time_zone)
        actor = next(one for one in staff.values() if one.may("plan:change", site.id))
        if not service_lines(db.session(), ACTOR, site.id):
            _add_services(site.id, staff, now)
        services = [line.service for line in service_lines(db.session(), ACTOR, site.id) if not line.is_retired]
        listed = client_list(db.session(), ACTOR, search="", page=1, now=now).lines
        codes = {line.id: line.code for line in listed if line.site_name == site.name}
        spans: dict[int, list[ClientSpan]] = {}
        for span in spans_of(db.session(), list(codes)):
            spans.setdefault(span.client_id, []).append(span)
        for client_id, code in codes.items():
            current = current_of(spans.get(client_id, ()), today)
            if current is not None and current.runs_on(today) and code not in WITHOUT_PLAN:
                _set_plans(code, current, services, today, actor, now)


def _add_services(site_id: int, staff: Staff, now: datetime) -> None:
    since = day_at(now, "UTC") - timedelta(days=60)
    for one in SERVICES:
        leader = staff[one.leader] if one.leader else None
        save_service(
            db.session(),
            site_id=site_id,
            name=one.name,
            kind=one.kind,
            leader_id=leader.staff_id if leader and leader.reaches(site_id) else None,
            place=one.place,
            capacity=None,
            meetings=[Meeting(int(weekday), one.at, one.minutes, since) for weekday in one.weekdays],
            from_on=since,
            key=str(uuid4()),
            actor=ACTOR,
            now=now,
        )


def _set_plans(
    code: str, of: ClientSpan, services: Sequence[Service], today: date, actor: Actor, now: datetime
) -> None:
    """Set the first plan of a client from the enrollment's first day on, and for two of them another one since."""
    first_day = of.starts_on
    tracks = of.span.timeline.tracks_on(first_day)
    items = _items(services, tracks, of, first_day, is_drawn=code == DRAWN)
    _set(of, first_day, INTENSIVE_OUTPATIENT, HOURS, FIRST, items, None, actor, now)
    if code == STEPPED_DOWN:
        groups = [item for item in items if item.behavior is None][:1]
        tests = [item for item in items if item.behavior is not None]
        _set(of, today, "outpatient", 3, STEP_DOWN, [*groups, *tests], "Steady for a month, back at work", actor, now)
    elif code == OTHER_DAYS:
        _set(of, today, INTENSIVE_OUTPATIENT, HOURS, OTHER_SERVICES, items[1:], "Works on these days now", actor, now)


def _items(
    services: Sequence[Service], tracks: Sequence[Track], of: ClientSpan, day: date, *, is_drawn: bool
) -> list[PlanItem]:
    test = next((track for track in tracks if track.is_test), None)
    attendance = next((track for track in tracks if track.evidence == "attendance"), None)
    items, minutes = [], 0
    for service in services:
        meets = tuple(one.weekday for one in meetings_from(service, day))
        if service.kind != TEST_VISIT:
            if minutes >= 60 * HOURS or not meets:
                continue
            # Everybody has a session of their own, on one of its days.
            chosen = meets if service.is_together else (meets[of.enrollment_id % len(meets)],)
            minutes += sum(one.minutes for one in meetings_from(service, day) if one.weekday in chosen)
            items.append(PlanItem(service.id, frozenset(chosen), attendance.behavior if attendance else None))
            attendance = None  # one service pays, the others are part of the program
        elif test is not None:
            phase = test.phase_in(max(of.span.timeline.week_of(day), 1))
            paid = min(phase.visits_per_week if phase else 1, MOST_TESTS)
            chosen = meets if is_drawn else tuple(one for one in WEEKDAYS_OF_TESTS[paid] if one in meets) or meets[:1]
            between = max(fewest_hours_between(test), 24) if is_drawn else 0
            items.append(PlanItem(service.id, frozenset(chosen), test.behavior, None, is_drawn, between))
            test = None
    return items


def _set(
    of: ClientSpan,
    from_on: date,
    level: str,
    hours: int,
    reason: str,
    items: Sequence[PlanItem],
    note: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    set_plan(
        db.session(),
        enrollment_id=of.enrollment_id,
        from_on=from_on,
        level=level,
        hours_required=hours,
        reason=reason,
        items=items,
        note=note,
        key=str(uuid4()),
        actor=actor,
        now=now,
    )
