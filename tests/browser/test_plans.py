"""A client's plan in the browser: the hours are summed while weekdays are ticked, and the week is printed on one page."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.operations.clients.enroll_client import enroll_client
from tests import cast, week
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
LONG = "Grupo de prevención de recaídas y habilidades para la vida diaria en familia"


def clinic(session: Session) -> int:
    """A group with a long name on three days and test visits, and Amir enrolled anew from today on. Return the id."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    long_ago = {"from_on": today - timedelta(days=30), "now": now}
    week.service(session, LONG, "skills", week.meetings("0123456", time(13), 120), **long_ago)
    week.service(
        session, "Urine tests", "test_visit", week.meetings("0123456", time(9), 20), leader_id=None, **long_ago
    )
    cast.end(session, cast.AMIR, (today - timedelta(days=1)).isoformat(), now=now)
    return enroll_client(
        session, client_id=cast.AMIR, schedule_version_id=cast.HIGGINS, starts_on=today, key=cast.key(),
        actor=cast.rosa, now=now,
    )  # fmt: skip


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_staff_set_a_plan_look_at_the_week_and_print_it(visitor: Visitor, given: Given) -> None:
    number = given(clinic)
    page = visitor.page
    visitor.sign_in("rosa")
    visitor.go("/clients/1")
    visitor.sees("There is no plan yet, so nobody expects this client.")
    visitor.click("Set a plan", "link")
    # The rest of a service is asked for once one of its weekdays is ticked.
    expect(page.get_by_label("Hours between two tests")).to_be_hidden()
    page.get_by_label("Intensive outpatient").check()
    page.get_by_label("Hours required a week").fill("5")
    sums = page.locator(".plan-sum")
    for weekday in ("Mon", "Wed", "Fri"):
        page.get_by_label(f"{weekday} 1:00 PM").check()
    expect(sums).to_contain_text("6\N{NO-BREAK SPACE}h a week, 5 required")
    for weekday in ("Mon", "Tue", "Wed", "Thu"):
        page.get_by_label(f"{weekday} 9:00 AM").check()
    expect(sums).to_contain_text("4 weekdays ticked, the schedule pays 3 a week.")
    expect(sums).to_contain_text("More weekdays than paid tests: only the first 3 are expected.")
    visitor.look()
    page.get_by_label("Drawn by the program from the ticked weekdays").check()
    expect(page.get_by_label("Hours between two tests")).to_have_value("24")
    expect(sums).not_to_contain_text("only the first 3 are expected", use_inner_text=True)
    visitor.click("Save the plan")
    visitor.sees("This level of care has 6 to 20 hours a week.")
    expect(page.get_by_label("Thu 9:00 AM")).to_be_checked()
    page.get_by_label("Hours required a week").fill("9")
    visitor.click("Save the plan")
    # On a weekend nothing is left of this week, so the next one is read.
    visitor.sees("The plan is saved.", "hours planned")
    visitor.click("Next week", "link")
    visitor.sees("6\N{NO-BREAK SPACE}h of 9 hours planned", "Drawn: tell nobody", LONG)
    visitor.click("Print for the client", "link")
    visitor.sees("Amir, this is your week", "1:00 PM–3:00 PM", LONG)
    assert "Urine tests" not in page.locator(".paper").inner_text()
    page.emulate_media(media="print")
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
    page.emulate_media(media="screen")
    visitor.go(f"/enrollments/{number}/plan")
    visitor.sees("Plans so far", "First plan")
    visitor.click("To the client", "link")
    visitor.sees("Intensive outpatient since", "9 hours a week")


def busy(session: Session) -> date:
    """A plan of four services on each of the seven days, the long name among them. Return a Monday of it."""
    number = clinic(session)
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    for name, hour in (("Grupo de familias", 16), ("Sesión individual", 18)):
        week.service(
            session, name, "family", week.meetings("0123456", time(hour)), from_on=today - timedelta(days=30), now=now
        )
    items = [week.item(1, "0123456"), *(week.item(service, "0123456") for service in (3, 4))]
    tests = week.item(2, "0123456", "cocaine-negative")
    week.plan(session, *items, tests, enrollment_id=number, from_on=today, now=now)
    return today + timedelta(days=7 - today.weekday())


def test_a_full_week_fits_on_one_page_of_paper(visitor: Visitor, given: Given) -> None:
    monday = given(busy)
    visitor.sign_in("rosa")
    visitor.go(f"/enrollments/3/week?from={monday}")
    visitor.go(f"/enrollments/3/week/print?from={monday}")
    # Three services a day, and three paid tests.
    expect(visitor.page.locator(".paper-day li")).to_have_count(24)
    visitor.page.emulate_media(media="print")
    assert pages_of(visitor.page.pdf(prefer_css_page_size=True)) == 1
