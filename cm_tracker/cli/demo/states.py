"""The demonstration's other clients: one in each state that an enrollment can be in.

They are paused, have ended for each of the common reasons, were moved to another version, or were enrolled again.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.agreements import sign
from cm_tracker.cli.demo.clinic import PIN, Event
from cm_tracker.db import db
from cm_tracker.domain.clients import events
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.operations.clients.end_enrollment import end_enrollment
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.move_enrollment import move_enrollment
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.pause_enrollment import pause_enrollment
from cm_tracker.operations.clients.resume_enrollment import resume_enrollment
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients import event_previews
from cm_tracker.queries.schedules.schedules import VersionLine, versions
from cm_tracker.queries.staff.sites import sites_of

ACTOR = command("demonstration")
BEHAVIOR = "attendance"  # of the schedule that has two versions by the end of the month
WEEKS = 4

# A client's code, name and language, and what happens to the enrollment: the step and how many days ago.
Step = tuple[str, int]
CLIENTS: tuple[tuple[str, str, str, tuple[Step, ...]], ...] = (
    ("HS-122", "Remy", "en", (("pause", 6),)),
    ("HS-123", "Lucía", "es", (("away", 5),)),
    ("HS-124", "Omar", "en", (("pause", 17), ("resume", 10))),
    ("HS-125", "Faye", "en", ((events.COMPLETED, 4),)),
    ("HS-126", "Ike", "en", ((events.MOVED_DOWN, 4),)),
    ("HS-127", "Rosario", "es", ((events.LEFT, 6),)),
    ("HS-128", "Dana", "en", ((events.DISCHARGED, 5),)),
    ("HS-129", "Piet", "en", ((events.MOVED_UP, 5),)),
    ("HS-130", "Wren", "en", (("move", 3),)),
    ("HS-131", "Tess", "en", ((events.LEFT, 16), ("enroll", 9))),
)
# These are entered in the morning, before the visits of the day, and an end in the evening of the last day.
MORNING = ("pause", "away", "resume", "move", "enroll")
WHY = {
    "pause": "In hospital",
    "away": "Two weeks of residential care",
    "resume": "Back from hospital",
    "move": "The limit of the old version was reached",
    events.COMPLETED: "All goals of the plan are reached",
    events.MOVED_DOWN: "Goes on with one group a week",
    events.LEFT: "Moved to another town",
    events.DISCHARGED: "As the treatment team decided",
    events.MOVED_UP: "Goes on in residential care",
}


class _Client:
    """A client of the first site who comes to the clinic on Mondays and Thursdays while enrolled."""

    def __init__(self, n: int, now: datetime, hasher: Hasher) -> None:
        self.code, self.name, self.language, steps = CLIENTS[n]
        self.now, self.hasher = now, hasher
        self.site = sites_of(db.session(), ACTOR)[0]
        self.zone = ZoneInfo(self.site.time_zone)
        self.today = now.astimezone(self.zone).date()
        self.starts_on = self.today - timedelta(weeks=WEEKS)
        self.steps = [(step, self.today - timedelta(days=days)) for step, days in steps]
        self.minute = 30 + 2 * n  # before the clients who draw
        self.client_id = self.enrollment_id = 0

    def at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour, self.minute), self.zone).astimezone(self.now.tzinfo)

    def events(self) -> list[Event]:
        """Return the opening, the visits, and what happens to the enrollment."""
        found = [(self.at(self.starts_on, 6), self.open)]
        for step, day in self.steps:
            at = self.at(day, 6 if step in MORNING else 18)
            found.append((at, partial(self.happen, step, day, at)))
        for days in range(WEEKS * 7):
            day = self.starts_on + timedelta(days=days)
            if day.weekday() in (0, 3) and not self.is_away(day):
                found.append((self.at(day, 7), partial(self.visit, day)))
        return found

    def is_away(self, day: date) -> bool:
        """Return whether the client does not come on a day: paused, ended, or not enrolled again yet."""
        past = [step for step, on in self.steps if on < day or (on == day and step in MORNING)]
        return bool(past) and past[-1] not in ("resume", "move", "enroll")

    def open(self) -> None:
        now = self.at(self.starts_on, 6)
        self.client_id = open_client(
            db.session(), code=self.code, preferred_name=self.name, site_id=self.site.id, language=self.language,
            actor=ACTOR, now=now,
        )  # fmt: skip
        set_pin(db.session(), client_id=self.client_id, pin=PIN, hasher=self.hasher, actor=ACTOR, now=now)
        self.enroll(self.starts_on, now)

    def enroll(self, starts_on: date, now: datetime) -> None:
        first = next(line for line in _versions(starts_on) if line.number == 1)
        self.enrollment_id = enroll_client(
            db.session(), client_id=self.client_id, schedule_version_id=first.id, starts_on=starts_on,
            key=str(uuid4()), actor=ACTOR, now=now,
        )  # fmt: skip
        sign(self.enrollment_id, ACTOR, now)

    def visit(self, day: date) -> None:
        at = self.at(day, 7)
        record_visit(
            db.session(), enrollment_id=self.enrollment_id, visit=NewVisit(BEHAVIOR, day, Presence(), collected_at=at),
            key=str(uuid4()), actor=ACTOR, now=at + timedelta(minutes=1),
        )  # fmt: skip

    def happen(self, step: str, day: date, now: datetime) -> None:
        """Enter a step as its page does: preview what changes, then save exactly that."""
        if step == "enroll":
            return self.enroll(day, now)
        session, of = db.session(), self.enrollment_id
        if step in ("pause", "away"):
            last_day = day + timedelta(days=13) if step == "away" else None
            shown = event_previews.preview_pause(session, ACTOR, of, day, last_day, now)
            save: Callable[..., int] = partial(pause_enrollment, first_day=day, last_day=last_day)
        elif step == "resume":
            shown = event_previews.preview_resumption(session, ACTOR, of, day, now)
            save = partial(resume_enrollment, first_day_back=day)
        elif step == "move":
            newest = next(line for line in _versions(day) if line.is_newest)
            shown = event_previews.preview_move(session, ACTOR, of, newest.id, day, now)
            save = partial(move_enrollment, schedule_version_id=newest.id, from_day=day)
        else:
            shown = event_previews.preview_end(session, ACTOR, of, day, step, now)
            save = partial(end_enrollment, last_day=day, reason=step)
        save(session, enrollment_id=of, note=WHY[step], shown=shown.fingerprint, key=str(uuid4()), actor=ACTOR, now=now)
        return None


def states(now: datetime, hasher: Hasher) -> list[Event]:
    """Return the events of the clients in every state, for `Clinic.month`."""
    return [event for n in range(len(CLIENTS)) for event in _Client(n, now, hasher).events()]


def _versions(today: date) -> list[VersionLine]:
    return [line for line in versions(db.session(), ACTOR, today) if line.schedule.tracks[0].behavior == BEHAVIOR]
