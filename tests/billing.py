"""Saved reports and codes of services for tests, and two weeks of Amir that are billed."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.set_codes import set_codes
from cm_tracker.operations.reports.save_report import save_report
from tests import cast, funding, week

URINE = "cocaine-negative"


def save(session: Session, **more: Any) -> int:
    """Save the counts for a state of the last quarter at Harbor Street as Miriam. Return the id."""
    return save_report(
        session,
        **{
            "name": "Counts for the state", "report": "state", "days": "quarter", "first_day": None, "last_day": None,
            "site_ids": [cast.HARBOR], "by": "site", "columns": [], "key": cast.key(), "actor": cast.miriam,
            "now": cast.NOW, **more,
        },
    )  # fmt: skip


def codes(session: Session, service_id: int, procedure: str = "H0050", **more: Any) -> int:
    """Set the codes of a service as Miriam: by default a procedure code alone. Return the id of the record."""
    return set_codes(
        session,
        **{
            "service_id": service_id, "procedure": procedure, "negative": "", "positive": "", "key": cast.key(),
            "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def attended(session: Session, service_id: int, day: date, **more: Any) -> None:
    """Record as Rosa that Amir attended a service."""
    record_slot(
        session,
        **{
            "enrollment_id": cast.AMIR, "service_id": service_id, "on_day": day, "way": "attended", "key": cast.key(),
            "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def two_weeks(session: Session) -> tuple[int, int]:
    """Amir gives three specimens and misses one, goes to the group twice, and leaves it early once. Leo leads no group.

    Return the services: tests of 20 minutes on weekdays, and Rosa's group of two hours.
    """
    tests, group = week.tests(session), week.group(session)
    week.plan(session, week.item(tests, "024", URINE), week.item(group, "0"))
    funding.source(session)
    funding.choose(session, from_on=date(2026, 3, 9))
    cast.visit(session, 0)
    cast.visit(session, 2, cast.positive(), actor=cast.leo)
    cast.visit(session, 4, cast.ABSENT)
    cast.visit(session, 7)
    # One in the afternoon in New York is 18:00 UTC before March 8, and 17:00 after it.
    attended(session, group, date(2026, 3, 2), left_at=datetime(2026, 3, 2, 19, 37, tzinfo=UTC))
    attended(session, group, date(2026, 3, 9))
    return tests, group
