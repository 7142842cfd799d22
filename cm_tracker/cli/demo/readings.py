"""Clients of the demonstration whose target is a number: the breath of one, and the urine of another.

The laboratory still owes the second client's last number.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.clinic import ENTRY_DELAY, PIN, Clinic, Event
from cm_tracker.cli.demo.schedules import publish
from cm_tracker.db import db
from cm_tracker.domain.visits.evidence import PENDING, READING, NewVisit, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.staff.sites import sites_of


class _Client(NamedTuple):
    """A client, the preset of the schedule, and what was read on which day of the enrollment; None is awaited."""

    code: str
    name: str
    language: str
    preset: str
    behavior: str
    days: Sequence[int]
    readings: Sequence[int | None]


_WORKDAYS = [week * 7 + day for week in range(4) for day in range(5)]
CLIENTS = (
    _Client(
        "HS-134", "Noor", "en", "co-percentile", "less-smoke", _WORKDAYS[:17],
        (22, 25, 19, 24, 27, 21, 18, 23, 20, 19, 17, 24, 16, 15, 12, 18, 11),
    ),
    _Client(
        "HS-135", "Teo", "es", "shaping-by-quarters", "less-cocaine", (0, 2, 4, 7, 9, 11, 14, 16, 18, 21, 23),
        (5200, 3400, 3100, 2200, 1500, 900, 640, 410, 280, 190, None),
    ),
)  # fmt: skip


def readings(clinic: Clinic) -> list[Event]:
    """Return the publication of both schedules and every visit of both clients, for `Clinic.month`."""
    return [event for client in CLIENTS for event in _Month(client, clinic).events()]


class _Month:
    """Four weeks of a client at the first site."""

    def __init__(self, client: _Client, clinic: Clinic) -> None:
        self.client, self.clinic = client, clinic
        self.actor = clinic.staff["rosa"]
        self.site = sites_of(db.session(), self.actor)[0]
        self.zone = ZoneInfo(self.site.time_zone)
        today = clinic.now.astimezone(self.zone).date()
        self.starts_on = today - timedelta(days=max(client.days) + 1)
        self.enrollment_id = 0

    def at(self, day: date, hour: int) -> datetime:
        minute = 5 + 10 * CLIENTS.index(self.client)  # before the other clients of the morning
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(self.clinic.now.tzinfo)

    def events(self) -> list[Event]:
        """Return the opening, before the clinic's day begins, and the visits."""
        found: list[Event] = [(self.at(self.starts_on, 5), self.open)]
        for day, reading in zip(self.client.days, self.client.readings, strict=True):
            on = self.starts_on + timedelta(days=day)
            found.append((self.at(on, 7) + ENTRY_DELAY, partial(self.visit, on, reading)))
        return found

    def open(self) -> None:
        session, now, client = db.session(), self.at(self.starts_on, 5), self.client
        version_id = publish(client.preset, "For clients who want to use less", self.clinic.staff, now)
        client_id = open_client(
            session, code=client.code, preferred_name=client.name, site_id=self.site.id, language=client.language,
            actor=self.actor, now=now,
        )  # fmt: skip
        set_pin(session, client_id=client_id, pin=PIN, hasher=self.clinic.hasher, actor=self.actor, now=now)
        self.enrollment_id = enroll_client(
            session, client_id=client_id, schedule_version_id=version_id, starts_on=self.starts_on, key=str(uuid4()),
            actor=self.actor, now=now,
        )  # fmt: skip

    def visit(self, day: date, reading: int | None) -> None:
        at = self.at(day, 7)
        is_cup = self.client.behavior == "less-cocaine"
        test = Test(
            {} if reading is not None else {READING: PENDING}, temperature="in_range" if is_cup else None,
            reading=reading,
        )  # fmt: skip
        record_visit(
            db.session(), enrollment_id=self.enrollment_id,
            visit=NewVisit(
                self.client.behavior, day, test, f"{self.client.code}-{day:%m%d}" if is_cup else None, collected_at=at,
            ),
            key=str(uuid4()), actor=self.actor, now=at + ENTRY_DELAY,
        )  # fmt: skip
