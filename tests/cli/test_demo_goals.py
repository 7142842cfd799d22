"""The demonstration has goals with steps, one met and one overdue, reviews, a slip that was accepted and one that waits."""

from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.cli.demo import goals as demo
from cm_tracker.cli.demo.hours import DOCUMENT
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.goals.due import due_at
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week
from tests import goals as here


def test_goals_reviews_and_slips_are_there(session: Session) -> None:
    version = publish_schedule(
        session, document=DOCUMENT, reason="x", key=cast.key(), actor=command("demonstration"), now=cast.NOW
    )
    week.service(session, "Twelve-step meeting", "community_meeting", week.meetings("4", time(19)))
    nadia = week.newcomer(session, "HS-133", version_id=version, starts_on=cast.START - timedelta(days=14))
    for code in ("HS-101", "HS-103", "HS-109"):
        week.newcomer(session, code)
    clinic: Any = SimpleNamespace(
        now=cast.NOW,
        month_ends_at=cast.NOW,
        sites=[cast.HARBOR, cast.MILL],
        staff={"rosa": cast.rosa, "miriam": cast.miriam},
    )
    for _, run in sorted(demo.goals(clinic), key=lambda event: event[0]):
        run()
    # The list says what is due; goals of Nadia: the one that is overdue, the one in own words, and the met one.
    assert [(line.title, line.standing.state) for line in here.goals(session, nadia)] == [
        ("Hand in an application for housing", "open"),
        ("See the grandchildren every second Sunday", "open"),
        ("Find a sponsor or a mentor", "met"),
    ]
    assert [(line.kind, line.standing.state) for line in here.reviews(session, nadia)] == [
        ("weekly", "open"), ("weekly", "done"), ("weekly", "done"),
    ]  # fmt: skip
    assert here.paid(session, nadia) == [("met", 12), ("met", 4)]
    due = due_at(session, cast.rosa, cast.HARBOR, cast.NOW)
    assert [line.code for line in due.overdue(due.goals)] == ["HS-133"]
    assert [(line.code, line.kind) for line in due.overdue(due.reviews)] == [("HS-101", "check_in")]
    assert [line.code for line in due.slips] == ["HS-103"]
    assert verify_ledger(session).findings == []
