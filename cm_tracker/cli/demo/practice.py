"""The demonstration's practice client: opened to train staff, with one test; no report counts them."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.clinic import PIN, Event
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.schedules.schedules import newest_versions
from cm_tracker.queries.staff.sites import sites_of

CODE, NAME = "HS-190", "Training"


def practice(now: datetime, hasher: Hasher, staff: Mapping[str, Actor]) -> list[Event]:
    """Return the event: five days ago Rosa opens HS-190, enrolls them and records a negative test, all of it to practice."""
    rosa = staff["rosa"]
    site = sites_of(db.session(), rosa)[0]
    zone = ZoneInfo(site.time_zone)
    day = (now - timedelta(days=5)).astimezone(zone).date()
    at = datetime.combine(day, time(7, 30), zone).astimezone(now.tzinfo)

    def run() -> None:
        client_id = open_client(
            db.session(), code=CODE, preferred_name=NAME, site_id=site.id, language="en", is_practice=True, actor=rosa,
            now=at,
        )  # fmt: skip
        set_pin(db.session(), client_id=client_id, pin=PIN, hasher=hasher, actor=rosa, now=at)
        version = next(
            line for line in newest_versions(db.session(), rosa, day) if line.schedule.tracks[0].evidence == "drug_test"
        )
        enrollment_id = enroll_client(
            db.session(), client_id=client_id, schedule_version_id=version.id, starts_on=day, key=str(uuid4()),
            actor=rosa, now=at,
        )  # fmt: skip
        track = version.schedule.tracks[0]
        seen = Test(dict.fromkeys(track.target, "negative"), temperature="in_range")
        visit = NewVisit(track.behavior, day, seen, collected_at=at - timedelta(minutes=4))
        record_visit(db.session(), enrollment_id=enrollment_id, visit=visit, key=str(uuid4()), actor=rosa, now=at)

    return [(at, run)]
