"""The demonstration's program at the main site: its services, closed days, and a member of staff who is away."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.clinic import SITES, Clinic, Event
from cm_tracker.db import db
from cm_tracker.domain.day.calendar import federal_holidays
from cm_tracker.domain.day.services import Meeting
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.add_holidays import add_holidays
from cm_tracker.operations.day.save_service import save_service

EARLIER, HOLIDAYS_FOR = timedelta(days=60), timedelta(days=120)
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)


class _Offered(NamedTuple):
    """A service as the lead entered it. Monday is 0."""

    name: str
    kind: str
    leader: str | None
    weekdays: tuple[int, ...]
    at: time
    minutes: int
    place: str
    capacity: int | None = None


SERVICES = (
    _Offered("Test visit", "test_visit", None, (0, 1, 2, 3, 4), time(9), 30, "Room 3"),
    _Offered("Skills group", "skills", "kofi", (0, 2, 4), time(10), 120, "Room 1", 30),
    _Offered("Education group", "psychoeducation", "rosa", (1,), time(10), 90, "Room 2", 30),
    _Offered("Relapse prevention group", "group", "kofi", (1, 3), time(13), 120, "Room 2", 30),
    _Offered("Individual session", "individual", "rosa", (0, 1, 2, 3, 4), time(14), 60, "Room 4"),
    _Offered("Work and recovery group", "group", "tom", (0, 2, 3), time(17, 30), 180, "Room 1", 10),
    _Offered("Family session", "family", "tom", (2,), time(16), 60, "https://video.example/harbor"),
    _Offered("Twelve-step meeting", "community_meeting", None, (4,), time(19), 60, "St. Mark’s hall"),
)


def services(clinic: Clinic) -> list[Event]:
    """Return the events in which Miriam enters the program: the services on the first day, and then the calendar."""
    today = clinic.now.astimezone(ZoneInfo(SITES[0][1])).date()
    first, snow = clinic.first + timedelta(minutes=20), _weekday_from(today - timedelta(days=5))
    entered = [(first, partial(_offer, clinic, one, first)) for one in SERVICES]
    calendar_at = clinic.now - timedelta(days=1, hours=2)
    return [
        *entered,
        (first, partial(_close_on_holidays, clinic, first, today)),
        (calendar_at, partial(_close, clinic, snow, "Water damage", calendar_at, _saturday_after(snow))),
        (calendar_at, partial(_close, clinic, _training_day(today), "Training of all staff", calendar_at, None)),
        (calendar_at, partial(_go_away, clinic, _weekday_from(today + ONE_WEEK), calendar_at)),
    ]


def _offer(clinic: Clinic, one: _Offered, now: datetime) -> None:
    # Some clients were enrolled before the month that the demonstration shows.
    since = now.astimezone(ZoneInfo(SITES[0][1])).date() - EARLIER
    save_service(
        db.session(),
        site_id=clinic.sites[0],
        name=one.name,
        kind=one.kind,
        leader_id=clinic.staff[one.leader].staff_id if one.leader else None,
        place=one.place,
        capacity=one.capacity,
        meetings=[Meeting(weekday, one.at, one.minutes, since) for weekday in one.weekdays],
        from_on=since,
        key=str(uuid4()),
        actor=clinic.staff["miriam"],
        now=now,
    )


def _close_on_holidays(clinic: Clinic, now: datetime, today: date) -> None:
    """Close the site on the holidays from today on that are near enough to be seen in the calendar."""
    for year in (today.year, today.year + 1):
        days = [day for day, _ in federal_holidays(year) if today <= day <= today + HOLIDAYS_FOR]
        if days:
            add_holidays(
                db.session(), site_id=clinic.sites[0], year=year, days=days, key=str(uuid4()),
                actor=clinic.staff["miriam"], now=now,
            )  # fmt: skip


def _close(clinic: Clinic, day: date, name: str, now: datetime, make_up_on: date | None) -> None:
    add_closure(
        db.session(), site_id=clinic.sites[0], first_day=day, last_day=day, name=name, make_up_on=make_up_on,
        key=str(uuid4()), actor=clinic.staff["miriam"], now=now,
    )  # fmt: skip


def _go_away(clinic: Clinic, day: date, now: datetime) -> None:
    """Kofi is away for two days, and Tom stands in."""
    kofi, tom = clinic.staff["kofi"].staff_id, clinic.staff["tom"].staff_id
    assert kofi is not None
    add_away(
        db.session(), site_id=clinic.sites[0], member_id=kofi, stand_in_id=tom, first_day=day, last_day=day + ONE_DAY,
        key=str(uuid4()), actor=clinic.staff["miriam"], now=now,
    )  # fmt: skip


def _weekday_from(day: date) -> date:
    """Return a day, or the Monday after it if it lies on a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _saturday_after(day: date) -> date:
    return day + timedelta(days=5 - day.weekday())


def _training_day(today: date) -> date:
    """Return a weekday three weeks from now that is no holiday."""
    day = _weekday_from(today + 3 * ONE_WEEK)
    holidays = {one for year in (today.year, today.year + 1) for one, _ in federal_holidays(year)}
    while day in holidays or day.weekday() > 4:
        day += ONE_DAY
    return day
