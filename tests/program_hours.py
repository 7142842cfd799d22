"""A client in a program of 9 hours a week, made by the program's own operations.

A week of enough hours earns 10 points, and 5 more after each. The client began on March 2, 2026, a Monday, so that
weeks end on Sunday: March 8, 15, 22. `cast.NOW` is Monday, March 16: the first two weeks are over.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Evidence, Hours, NewVisit
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast
from tests.domain.schedules.documents import document, phase, track

SCHEDULE = "Program hours"
ENOUGH = Hours(540, 0, 600)
TOO_FEW = Hours(300, 60, 600)


def hours_document(*more_tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    one = track(
        phase((1, 8), visits_per_week=1), behavior="hours", title="Program hours", evidence="hours", target=[], hours=9,
        **more,
    )  # fmt: skip
    return document(one, *more_tracks, format="cm-schedule/2", name=SCHEDULE)


def program(session: Session, *more_tracks: dict[str, Any], code: str = "HS-9", **more: Any) -> int:
    """Publish the schedule and enroll a client of Harbor Street. Return the enrollment's id."""
    version = publish_schedule(
        session, document=hours_document(*more_tracks, **more), reason="New", key=cast.key(), actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    client_id = open_client(
        session, code=code, preferred_name="Ida", site_id=cast.HARBOR, language="es", actor=cast.rosa, now=cast.NOW
    )
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version, starts_on=cast.START, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def week(
    session: Session, enrollment_id: int, day: str, evidence: Evidence = ENOUGH, *, actor: Actor = cast.rosa,
    now: datetime = cast.NOW, once: str | None = None,
) -> int:  # fmt: skip
    """Enter the hours of the week that ends on a day. Return the visit's id."""
    return record_visit(
        session, enrollment_id=enrollment_id, visit=NewVisit("hours", date.fromisoformat(day), evidence),
        key=once or cast.key(), actor=actor, now=now,
    )  # fmt: skip
