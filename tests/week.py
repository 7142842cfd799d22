"""A week at Harbor Street for tests: a group, a session and test visits, and a plan for Amir."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.day.plans import PlanItem
from cm_tracker.domain.day.services import Meeting
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.operations.day.set_plan import set_plan
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
