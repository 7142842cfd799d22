"""The day in the browser: a test is one click from the first page, and a group of twelve is at most fourteen."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from tests import cast, week
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
EVERY_DAY = "0123456"


def clinic(session: Session) -> None:
    """A day with a test for Dee and a group of twelve, HS-20 to HS-31, of whom the schedule pays each."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    long_ago = {"from_on": today - timedelta(days=30), "now": now}
    group = week.service(session, "Skills group", "skills", week.meetings(EVERY_DAY, time(0), 120), **long_ago)
    tests = week.service(
        session, "Urine tests", "test_visit", week.meetings(EVERY_DAY, time(0), 20), leader_id=None, **long_ago
    )
    from_today = {"from_on": today, "now": now}
    dee = week.newcomer(session, "HS-2", version_id=cast.HIGGINS, starts_on=today, now=now)
    week.plan(session, week.item(tests, EVERY_DAY, "cocaine-negative"), enrollment_id=dee, **from_today)
    for number in range(20, 32):
        enrollment_id = week.newcomer(session, f"HS-{number}", starts_on=today, now=now)
        item = week.item(group, EVERY_DAY, "attendance")
        week.plan(session, item, enrollment_id=enrollment_id, **from_today)


def test_a_negative_test_is_one_click_and_an_absence_three(visitor: Visitor, given: Given) -> None:
    given(clinic)
    visitor.sign_in("rosa")
    visitor.sees("13 open of 13", "HS-2", "Urine tests")
    visitor.click("Absent… : HS-2", "link")
    visitor.sees("HS-2 does not come.")
    visitor.click("Excused for this reason")
    visitor.sees("Choose the reason for the excuse.")
    visitor.page.get_by_label("Reason").select_option("court")
    visitor.click("Keep open", "link")
    visitor.click("Arrived : HS-2")
    visitor.sees("1 here", "just came")
    visitor.click("Negative : HS-2")
    visitor.sees("10 points")


def test_a_group_of_twelve_is_fourteen_clicks(visitor: Visitor, given: Given) -> None:
    given(clinic)
    visitor.sign_in("rosa")
    clicks = 0
    visitor.click("Open the sheet : Skills group", "link")
    clicks += 1
    ticks = visitor.page.locator("input.tick")
    expect(ticks).to_have_count(12)
    for number in range(12):
        ticks.nth(number).check()
        clicks += 1
    visitor.click("Save 12 people")
    clicks += 1
    assert clicks == 14
    visitor.sees("Recorded 12")
