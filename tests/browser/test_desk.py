"""A lead's desk in the browser: the day and a client at risk are one click away, and the chart is drawn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast, week
from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def missed_twice(session: Session) -> None:
    """HS-2 missed the last two days."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    starts_on = today - timedelta(days=6)
    enrollment_id = week.newcomer(session, "HS-2", version_id=cast.HIGGINS, starts_on=starts_on, now=now)
    for days in (2, 1):
        record_visit(
            session, enrollment_id=enrollment_id,
            visit=cast.NewVisit("cocaine-negative", today - timedelta(days=days), cast.ABSENT), key=cast.key(),
            actor=cast.rosa, now=now,
        )  # fmt: skip


def test_a_lead_reads_the_program_and_calls_who_is_at_risk(visitor: Visitor, given: Given) -> None:
    given(missed_twice)
    visitor.sign_in("miriam")
    visitor.sees("Enrolled now", "Two visits missed in a row", "A client has not signed the agreement")
    bars = visitor.page.locator("figure.weeks rect.week")
    assert bars.count() == 12
    visitor.page.get_by_text("As a table").click()
    visitor.click("Call : HS-2", "link")
    visitor.sees("Clients to call")
    visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    visitor.page.get_by_role("link", name="Desk", exact=True).click()
    visitor.click("At risk 1 see the reasons below", "link")
    visitor.sees("Who is listed")
    visitor.page.get_by_role("link", name="Today", exact=True).click()
    visitor.sees("Harbor Street")
