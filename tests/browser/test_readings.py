"""A breath test in the browser: the page says while somebody types whether the number counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast
from tests.browser.conftest import Visitor
from tests.domain.schedules.documents import document, phase, track

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
CO = {"unit": "ppm", "at_most": 11}


def kim(session: Session) -> None:
    """A client who began ten days ago, with a reading on the day after that."""
    now = clock.now()
    starts_on = clock.day_at(now, "America/New_York") - timedelta(days=10)
    breath = track(phase(), evidence="reading", target=[], reading=CO, title="Breath CO")
    version = publish_schedule(
        session, document=document(breath, format="cm-schedule/2"), reason="x", key=cast.key(), actor=command(), now=now
    )
    client_id = open_client(
        session, code="HS-7", preferred_name="Kim", site_id=cast.HARBOR, language="en", actor=command(), now=now
    )
    enrollment_id = enroll_client(
        session, client_id=client_id, schedule_version_id=version, starts_on=starts_on, key=cast.key(),
        actor=command(), now=now,
    )  # fmt: skip
    visit = NewVisit("goal", starts_on + timedelta(days=1), Test(reading=19))
    record_visit(session, enrollment_id=enrollment_id, visit=visit, key=cast.key(), actor=command(), now=now)


def test_a_number_says_at_once_whether_it_counts(visitor: Visitor, given: Given) -> None:
    given(kim)
    visitor.sign_in("rosa")
    visitor.go("/clients/3")
    visitor.sees("19 ppm, counts at 11 or below")
    visitor.click("Record a reading", "link")
    visitor.sees("it counts at 11 ppm or below.", "Readings so far")
    visitor.look()
    number = visitor.page.get_by_label("Reading, in ppm")
    number.fill("12")
    expect(visitor.page.get_by_text("This does not count.")).to_be_visible()
    number.fill("11")
    expect(visitor.page.get_by_text("This counts.")).to_be_visible()
    day = visitor.page.get_by_label("Day", exact=True)
    today = day.input_value()
    visitor.page.get_by_text("change", exact=True).click()
    day.fill(str(date.fromisoformat(today) - timedelta(days=2)))
    expect(visitor.page.get_by_text("You changed the day. Which number counts on that day is")).to_be_visible()
    expect(visitor.page.get_by_text("This counts.")).to_be_hidden()
    visitor.look()
    day.fill(today)
    expect(visitor.page.get_by_text("This counts.")).to_be_visible()
    number.press("Enter")
    visitor.sees("10 points", "11 ppm; it counted at 11 or below.", "Readings until this visit")
    visitor.look()
