"""A week at Harbor Street for tests: a group, a session and test visits, and a plan for Amir."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.day.plans import PlanItem
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.schedules.presets import preset
from tests import cast

TODAY = date(2026, 3, 16)
LONG_AGO = date(2026, 1, 1)


def meetings(weekdays: str, at: time, minutes: int = 60) -> list[Meeting]:
    """Meetings on weekdays, Monday as 0, since long ago."""
    return [Meeting(int(weekday), at, minutes, LONG_AGO) for weekday in weekdays]


def service(session: Session, name: str, kind: str, held: Sequence[Meeting], **more: Any) -> int:
    """Add a service as Miriam; `more` are whatever parameters a test names."""
    return save_service(
        session,
        **{
            "site_id": cast.HARBOR,
            "name": name,
            "kind": kind,
            "leader_id": cast.ROSA,
            "place": "Room 1",
            "capacity": None,
            "meetings": held,
            "from_on": LONG_AGO,
            "key": cast.key(),
            "actor": cast.miriam,
            "now": cast.NOW,
            **more,
        },
    )


def group(session: Session, **more: Any) -> int:
    """A skills group on Mondays, Wednesdays and Fridays at one, for two hours."""
    return service(session, "Skills group", "skills", meetings("024", time(13), 120), **more)


def tests(session: Session, **more: Any) -> int:
    """Test visits on every weekday at nine."""
    return service(session, "Urine tests", "test_visit", meetings("01234", time(9), 20), leader_id=None, **more)


def item(service_id: int, weekdays: str, behavior: str | None = None, **more: Any) -> PlanItem:
    return PlanItem(service_id, frozenset(int(one) for one in weekdays), behavior, **more)


def plan(session: Session, *items: PlanItem, **more: Any) -> int:
    """Set a plan for Amir as Rosa; `more` are whatever parameters a test names."""
    return set_plan(
        session,
        **{
            "enrollment_id": cast.AMIR,
            "from_on": cast.START,
            "level": "intensive_outpatient",
            "hours_required": 9,
            "reason": "first",
            "items": items,
            "key": cast.key(),
            "actor": cast.rosa,
            "now": cast.NOW,
            **more,
        },
    )


def closed_today(session: Session) -> None:
    """Close Harbor Street today."""
    add_closure(
        session, site_id=cast.HARBOR, first_day=TODAY, last_day=TODAY, name="Water damage", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


def newcomer(
    session: Session,
    code: str,
    *,
    version_id: int = cast.ATTENDANCE,
    starts_on: date = cast.START,
    now: datetime = cast.NOW,
    is_practice: bool = False,
    language: str = "en",
) -> int:
    """Open a client at Harbor Street and enroll them, by default in points for attendance. Return the enrollment's id."""
    client_id = open_client(
        session, code=code, preferred_name="", site_id=cast.HARBOR, language=language, is_practice=is_practice,
        actor=cast.rosa, now=now,
    )  # fmt: skip
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version_id, starts_on=starts_on, key=cast.key(),
        actor=cast.rosa, now=now,
    )  # fmt: skip


def many_more(session: Session, first: int = 38, last: int = 57) -> None:
    """More clients with a test today, twenty of them unless told: HS-38 to HS-57. The test visits are service 2."""
    for number in range(first, last + 1):
        enrollment_id = newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        plan(session, item(2, "024", "cocaine-negative"), enrollment_id=enrollment_id)


def a_group_of_four(session: Session) -> None:
    """A group from nine to eleven, service 1, with Amir, for whom it pays nothing, and HS-11 to HS-13, whom it pays; HS-14 has no plan.

    HS-11 has enrollment 3, HS-12 has 4, HS-13 has 5, HS-14 has 6.
    """
    service_id = service(session, "Skills group", "skills", meetings("024", time(9), 120))
    plan(session, item(service_id, "024"))
    for code in ("HS-11", "HS-12", "HS-13"):
        plan(session, item(service_id, "024", "attendance"), enrollment_id=newcomer(session, code))
    newcomer(session, "HS-14")


def a_breath_test(session: Session) -> None:
    """Amir follows a schedule whose breath test shows a number, and has it today."""
    publish_schedule(
        session, document=preset("co-sliding-scale"), reason="Smoking", key=cast.key(),
        actor=command("demonstration"), now=cast.NOW,
    )  # fmt: skip
    cast.move(session, cast.AMIR, 3, TODAY.isoformat())
    service_id = service(session, "Breath tests", "test_visit", meetings("01234", time(9), 10))
    plan(session, item(service_id, "01234", "less-smoke"), from_on=TODAY)
