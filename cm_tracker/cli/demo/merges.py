"""The demonstration's people who were opened twice: one was merged, and one waits for a second lead."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.clinic import Event
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.operations.clients.decide_merge import decide_merge
from cm_tracker.operations.clients.end_enrollment import end_enrollment
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.request_merge import request_merge
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.event_previews import preview_end
from cm_tracker.queries.clients.search import client_with_code
from cm_tracker.queries.schedules.schedules import newest_versions
from cm_tracker.queries.staff.sites import sites_of

MERGED, WAITING = "HS-150", "HS-151"


def opened_twice(now: datetime, staff: Mapping[str, Actor]) -> list[Event]:
    """Return the events: a week ago HS-102 and HS-120 are opened a second time, early, before anybody else comes.

    Three days later two leads merge HS-150 into HS-102. Nobody has decided about HS-151 yet.
    """
    rosa, miriam, daniel = (staff[name] for name in ("rosa", "miriam", "daniel"))
    site = sites_of(db.session(), rosa)[0]
    day = (now - timedelta(days=7)).astimezone(ZoneInfo(site.time_zone)).date()

    def at(days: int, minutes: int) -> datetime:
        return datetime.combine(day + timedelta(days=days), time(7), ZoneInfo(site.time_zone)).astimezone(
            now.tzinfo
        ) + timedelta(minutes=minutes)

    def open_again() -> None:
        for code, name in ((MERGED, "Bee"), (WAITING, "Inez")):
            open_client(
                db.session(), code=code, preferred_name=name, site_id=site.id, language="en", actor=rosa, now=at(0, 0)
            )

    def visit() -> None:
        _visit_once(_id_of(rosa, MERGED), day, rosa, at(0, 5))

    def merge() -> None:
        request_id = _ask(MERGED, "HS-102", "Same birth day and address, and she says so herself", miriam, at(3, 9))
        decide_merge(
            db.session(), request_id=request_id, decision="approved", key=str(uuid4()), actor=daniel, now=at(3, 9)
        )

    def ask() -> None:
        _ask(WAITING, "HS-120", "Both papers have the same telephone number", miriam, at(6, 0))

    return [(at(0, 0), open_again), (at(0, 5), visit), (at(3, 9), merge), (at(6, 0), ask)]


def _visit_once(client_id: int, day: date, actor: Actor, now: datetime) -> None:
    versions = newest_versions(db.session(), actor, day)
    version = next(line for line in versions if line.name.startswith("Attendance points"))
    enrollment_id = enroll_client(
        db.session(), client_id=client_id, schedule_version_id=version.id, starts_on=day, key=str(uuid4()),
        actor=actor, now=now,
    )  # fmt: skip
    visit = NewVisit(version.schedule.tracks[0].behavior, day, Presence(), collected_at=now - timedelta(minutes=4))
    record_visit(db.session(), enrollment_id=enrollment_id, visit=visit, key=str(uuid4()), actor=actor, now=now)
    shown = preview_end(db.session(), actor, enrollment_id, day, "moved_up", now).fingerprint
    end_enrollment(
        db.session(), enrollment_id=enrollment_id, last_day=day, reason="moved_up", note="Goes on with tests",
        shown=shown, key=str(uuid4()), actor=actor, now=now,
    )  # fmt: skip


def _ask(from_code: str, into_code: str, reason: str, actor: Actor, now: datetime) -> int:
    return request_merge(
        db.session(), from_client_id=_id_of(actor, from_code), into_client_id=_id_of(actor, into_code), reason=reason,
        key=str(uuid4()), actor=actor, now=now,
    )  # fmt: skip


def _id_of(actor: Actor, code: str) -> int:
    client_id = client_with_code(db.session(), actor, code)
    assert client_id is not None, f"the demonstration has no {code}"
    return client_id
