"""The last days of the demonstration: who came to their groups, a day that was closed, and the calls after it.

Yesterday's day is closed, with a few who did not come. One of them was reached, and one got word. The clients who were
expected on the closed day of the calendar are excused. One client of each site has missed two days in a row.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.day.calls import LEFT_WORD, REACHED
from cm_tracker.domain.day.states import ABSENT, ATTENDED, EXCUSED
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.excuse_closed_day import excuse_closed_day
from cm_tracker.operations.day.note_call import note_call
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.settle_closed_day import settle_closed_day
from cm_tracker.queries.day.calls import no_shows
from cm_tracker.queries.day.closed_day_pages import closed_day, unsettled_days
from cm_tracker.queries.day.lines import SlotLine, day_lines
from cm_tracker.queries.staff.sites import sites_of

ACTOR = command("demonstration")
DAYS = 7
# Of every nine slots of a past day one was excused; on the last day another one was an absence.
WAYS = (ATTENDED, ATTENDED, ATTENDED, ATTENDED, EXCUSED, ATTENDED, ATTENDED, ATTENDED, ATTENDED)
ABSENT_ONE = 7


def past_days(now: datetime, staff: Staff) -> None:
    """Settle the care of the last week at each site, excuse who was expected on closed days, and close the last day."""
    for site in sites_of(db.session(), ACTOR):
        today = day_at(now, site.time_zone)
        actor = next(one for one in staff.values() if one.may("visit:record", site.id))
        days = [today - timedelta(days=number) for number in range(DAYS, 0, -1)]
        for one in unsettled_days(db.session(), ACTOR, site.id, today, now):
            _excuse(site.id, one.day, actor, now)
        last = max((day for day in days if _is_open(site.id, day, now)), default=None)
        twice = _missed_twice(site.id, days, now)
        for day in days:
            lines = [line for line in day_lines(db.session(), site.id, day, now) if line.is_open]
            _settle(
                [line for line in lines if not line.slot.is_test], day == last, twice.get(day, frozenset()), actor, now
            )
            if day == last:
                _absent([line for line in lines if line.slot.is_test], actor, now)
                _close(site.id, day, actor, now)
        _call(site.id, actor, now)


def _is_open(site_id: int, day: date, now: datetime) -> bool:
    return any(line.is_open for line in day_lines(db.session(), site_id, day, now))


def _missed_twice(site_id: int, days: Iterable[date], now: datetime) -> dict[date, frozenset[int]]:
    """Return by the day who misses the last two days on which they are expected: the first client who can."""
    is_open: dict[int, dict[date, bool]] = {}
    for day in days:
        for line in day_lines(db.session(), site_id, day, now):
            of_client = is_open.setdefault(line.slot.enrollment_id, {})
            of_client[day] = of_client.get(day, True) and line.is_open and not line.slot.is_test
    for enrollment_id, of_days in sorted(is_open.items()):
        if len(of_days) > 1 and all(of_days[day] for day in sorted(of_days)[-2:]):
            return {day: frozenset({enrollment_id}) for day in sorted(of_days)[-2:]}
    return {}


def _settle(
    lines: Iterable[SlotLine], is_last: bool, absent: frozenset[int], actor: Actor, now: datetime
) -> None:  # fmt: skip
    for number, line in enumerate(lines):
        place = (number + line.slot.on_day.toordinal()) % len(WAYS)
        is_absent = line.slot.enrollment_id in absent or (is_last and place == ABSENT_ONE)
        _record(line, ABSENT if is_absent else WAYS[place], actor, now)


def _absent(lines: Iterable[SlotLine], actor: Actor, now: datetime) -> None:
    """Record of the first who did not come for a test that they were absent, and excuse the others."""
    for number, line in enumerate(lines):
        _record(line, ABSENT if number == 0 else EXCUSED, actor, now)


def _record(line: SlotLine, way: str, actor: Actor, now: datetime) -> None:
    try:
        record_slot(
            db.session(), enrollment_id=line.slot.enrollment_id, service_id=line.slot.service_id,
            on_day=line.slot.on_day, way=way, excuse="transport" if way == EXCUSED else None, key=str(uuid4()),
            actor=actor, now=now,
        )  # fmt: skip
    except Refused:
        db.session().rollback()


def _excuse(site_id: int, day: date, actor: Actor, now: datetime) -> None:
    for enrollment_id in closed_day(db.session(), ACTOR, site_id, day, now).enrollment_ids:
        excuse_closed_day(
            db.session(), enrollment_id=enrollment_id, on_day=day, key=str(uuid4()), actor=actor, now=now
        )  # fmt: skip
    settle_closed_day(db.session(), site_id=site_id, on_day=day, actor=actor, now=now)


def _close(site_id: int, day: date, actor: Actor, now: datetime) -> None:
    try:
        close_day(db.session(), site_id=site_id, day=day, actor=actor, now=now)
    except Refused:
        db.session().rollback()


def _call(site_id: int, actor: Actor, now: datetime) -> None:
    for outcome, one in zip((REACHED, LEFT_WORD), no_shows(db.session(), ACTOR, site_id, now).open, strict=False):
        note_call(
            db.session(), enrollment_id=one.enrollment_id, on_day=one.day, outcome=outcome, key=str(uuid4()),
            actor=actor, now=now,
        )  # fmt: skip
