"""The demonstration's client of an intensive outpatient program: 9 hours a week, and a week that waits for its hours."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.clinic import PIN, Event
from cm_tracker.cli.demo.schedules import Staff, publish
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Hours, NewVisit
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.staff.sites import sites_of

ACTOR = command("demonstration")
CODE, NAME, LANGUAGE = "HS-133", "Nadia", "es"
BEHAVIOR = "hours"
GOALS, MEETINGS = "goals", "groups-and-meetings"


def _beside(behavior: str, title: str, evidence: str, visits: int, base: int) -> dict[str, Any]:
    """A track that pays the same for every visit."""
    return {
        "behavior": behavior,
        "title": title,
        "evidence": evidence,
        "target": [],
        "pays": "points",
        "phases": [
            {
                "weeks": [1, 12],
                "visits_per_week": visits,
                "base": base,
                "step": 0,
                "rises": "visit",
                "cap": None,
                "run_bonus": None,
                "carry_level": False,
            }
        ],
        "reset_on": [],
        "restore": None,
        "restore_week_rises": False,
        "on_dilute": "hold",
        "side_bonus": None,
        "min_hours_between": None,
    }


DOCUMENT: dict[str, Any] = {
    "format": "cm-schedule/2",
    "name": "Program hours, 12 weeks",
    "source": "Made for the demonstration, from no study: intensive outpatient care has 9 hours a week or more",
    "point_value_cents": 25,
    "tracks": [
        {
            "behavior": BEHAVIOR,
            "title": "Hours of the program",
            "evidence": "hours",
            "hours": 9,
            "target": [],
            "pays": "points",
            "phases": [
                {
                    "weeks": [1, 12],
                    "visits_per_week": 1,
                    "base": 20,
                    "step": 4,
                    "rises": "visit",
                    "cap": 40,
                    "run_bonus": None,
                    "carry_level": False,
                }
            ],
            "reset_on": ["unexcused"],
            "restore": {"after": 2, "takes_effect": "next", "to": "last_paid"},
            "restore_week_rises": False,
            "on_dilute": "hold",
            "side_bonus": None,
            "min_hours_between": None,
        },
        _beside(GOALS, "Goals", "activity", 3, 12),
        _beside(MEETINGS, "Groups and meetings", "attendance", 3, 4),
    ],
    "bowl": None,
    "ceilings": [],
    "corrections": "keep",
}
# The minutes of the first weeks: one of enough hours, one that excused time completes, and one of too few.
# The fourth week is over, and nobody has entered it yet.
WEEKS = (Hours(570, 0, 600), Hours(450, 120, 600), Hours(375, 0, 600))


class _Program:
    """The client, from the publication of the schedule on."""

    def __init__(self, now: datetime, hasher: Hasher, staff: Staff) -> None:
        self.hasher, self.staff = hasher, staff
        self.site = sites_of(db.session(), ACTOR)[0]
        zone = ZoneInfo(self.site.time_zone)
        self.starts_on = now.astimezone(zone).date() - timedelta(weeks=len(WEEKS) + 1)
        begins = datetime.combine(self.starts_on, time(5, 40), zone)
        # The wall clock shows the same on every one of these mornings.
        self.mornings = [(begins + timedelta(weeks=n)).astimezone(now.tzinfo) for n in range(len(WEEKS) + 1)]
        self.enrollment_id = 0

    def events(self) -> list[Event]:
        return [
            (self.mornings[0], self.open),
            *((self.mornings[n], partial(self.enter, n)) for n in range(1, len(WEEKS) + 1)),
        ]

    def open(self) -> None:
        now = self.mornings[0]
        version_id = publish("", "Groups of nine hours a week begin", self.staff, now, document=DOCUMENT)
        client_id = open_client(
            db.session(), code=CODE, preferred_name=NAME, site_id=self.site.id, language=LANGUAGE, actor=ACTOR, now=now
        )
        set_pin(db.session(), client_id=client_id, pin=PIN, hasher=self.hasher, actor=ACTOR, now=now)
        self.enrollment_id = enroll_client(
            db.session(), client_id=client_id, schedule_version_id=version_id, starts_on=self.starts_on,
            key=str(uuid4()), actor=ACTOR, now=now,
        )  # fmt: skip

    def enter(self, week: int) -> None:
        """Enter the hours of a week on the morning after it."""
        last_day = self.starts_on + timedelta(days=7 * week - 1)
        record_visit(
            db.session(), enrollment_id=self.enrollment_id, visit=NewVisit(BEHAVIOR, last_day, WEEKS[week - 1]),
            key=str(uuid4()), actor=self.staff["rosa"], now=self.mornings[week],
        )  # fmt: skip


def program_hours(now: datetime, hasher: Hasher, staff: Staff) -> list[Event]:
    """Return the events of the client in the program of hours."""
    return _Program(now, hasher, staff).events()
