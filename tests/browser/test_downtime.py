"""The paper sheet in the browser: printed on pages with numbers, typed in any order, and signed by a second person."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.sign_count import sign_count
from tests import cast, week
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def clinic(session: Session) -> date:
    """Amir and eleven others have a test today. Return the day."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    since = {"from_on": today - timedelta(days=30), "now": now}
    service_id = week.service(
        session, "Urine tests", "test_visit", week.meetings("0123456", time(0, 5), 20), leader_id=None, **since
    )
    item = week.item(service_id, "0123456", "cocaine-negative")
    for number in range(38, 49):
        enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS, starts_on=today, now=now)
        week.plan(session, item, enrollment_id=enrollment_id, from_on=today, now=now)
    return today


def test_the_sheet_is_printed_on_whole_pages(visitor: Visitor, given: Given) -> None:
    today = given(clinic)
    page = visitor.page
    visitor.sign_in("rosa")
    visitor.go(f"/day?on={today}")
    visitor.click("Paper sheet", "link")
    visitor.look()
    visitor.click("Print the sheet…", "link")
    visitor.sees("HS-38", "Negative: It earns 10 points.", "Printed by Rosa", "Second initials")
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    for paper in ("A4", "Letter"):
        pdf = page.pdf(format=paper, prefer_css_page_size=True)
        # Eleven clients with one strip each, and two blanks: more than one page, and no page for each of them.
        assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4
    # No page is cut: every block is as wide as the paper at most.
    assert page.locator(".of-client").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")


def test_a_line_is_typed_by_keyboard_and_signed_by_a_colleague(visitor: Visitor, given: Given) -> None:
    today = given(clinic)
    page = visitor.page
    visitor.sign_in("rosa")
    visitor.go(f"/sites/1/downtime/{today}")
    page.get_by_label("Code on the paper").fill("hs-40")
    page.keyboard.press("Enter")
    visitor.sees("HS-40", "Type what the paper says.")
    visitor.look()
    page.get_by_label("Time on the paper").fill("00:10")
    page.get_by_label("Came", exact=True).check()
    page.get_by_label("Whatever I do not mark is negative").check()
    page.get_by_label("In range", exact=True).check()
    page.get_by_label("Prize given by hand").select_option(f"{cast.MUG}:20")
    page.get_by_label("Initials on the paper").fill("RB / LM")
    visitor.click("Save this line")
    visitor.sees("Nothing is saved yet", "the program bears 10 points ($2.50)")
    visitor.look()
    visitor.click("Save it like this")
    visitor.sees("HS-40 is typed.", "Waits for a signature", "1 line you typed yourself")
    visitor.look()
    visitor.click("Sign out")
    visitor.sign_in("leo")
    visitor.go(f"/day?on={today}")
    visitor.sees("1 line waits for a second signature")
    visitor.go(f"/sites/1/downtime/{today}")
    visitor.look()
    visitor.click("I compared them, and sign 1 line")
    visitor.sees("1 line is signed.", "by Rosa, initials RB / LM")
    expect(page.get_by_text("I compared them")).to_have_count(0)


def counted(session: Session) -> date:
    """A mug is missing: it was counted today, after it was given by hand, and written off."""
    today = clinic(session)
    count_ids = [
        count_stock(
            session, site_id=cast.HARBOR, counted={cast.MUG: 4, cast.CARD: 1}, key=cast.key(), actor=actor,
            now=clock.now(),
        )
        for actor in (cast.rosa, cast.leo)
    ]  # fmt: skip
    sign_count(session, count_id=count_ids[0], reason="One", key=cast.key(), actor=cast.miriam, now=clock.now())
    return today


def test_a_prize_that_a_count_has_missed_is_asked_about(visitor: Visitor, given: Given) -> None:
    today = given(counted)
    page = visitor.page
    visitor.sign_in("rosa")
    visitor.go(f"/sites/1/downtime/{today}?code=hs-40")
    page.get_by_label("Time on the paper").fill("00:10")
    page.get_by_label("Prize given by hand").select_option(f"{cast.MUG}:20")
    visitor.click("Save this line")
    visitor.sees("Nothing is saved yet", "and 1 was missing. Was it this one?", "the program bears 20 points ($5.00)")
    visitor.look()
    page.get_by_label("Initials on the paper").press("Enter")
    visitor.sees("Nothing is saved yet")
    visitor.click("Yes, it was missing then")
    visitor.sees("HS-40 is typed.")
