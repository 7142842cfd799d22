"""The rewards, the questions and the draws at the kiosk, at four sizes: what is touched is large, and nothing moves on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.search import client_of_code
from tests import cast, week
from tests.browser.conftest import Visitor, open_card
from tests.drawing import dora, shelved

Given = Callable[..., Any]
SIZES = ((360, 740), (768, 1024), (1024, 768), (1280, 800))
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary')]
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 48 || box.height < 48)).map(([html]) => html)"""


def look_at_every_size(visitor: Visitor) -> None:
    """Check the page at each size: axe, no scrolling to the side, and targets of at least 48 px."""
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.look()
        assert visitor.page.evaluate(SMALL) == [], (width, height)


def sign_in(page: Page, at: str, code: str) -> Visitor:
    visitor = Visitor(page, at, SIZES[2])
    open_card(page, at, code)
    return visitor


def running(session: Session) -> None:
    """Enroll HS-77 for sessions, two weeks ago by the clock of the browser, and record three of them: 4 + 5 + 6 points."""
    now = clock.now()
    starts_on = clock.day_at(now, "America/New_York") - timedelta(days=13)
    enrollment_id = week.newcomer(session, "HS-77", starts_on=starts_on, now=now)
    client_id = client_of_code(session, "HS-77")
    assert client_id is not None
    set_pin(session, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=now)
    for days in (0, 3, 7):
        record_visit(
            session, enrollment_id=enrollment_id,
            visit=NewVisit("attendance", starts_on + timedelta(days=days), Presence()), key=cast.key(),
            actor=cast.rosa, now=now,
        )  # fmt: skip


def test_a_client_asks_saves_and_questions(browser: Any, at: str, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2)  # 25 points: the mug costs 20, the card 80
    page = browser.new_page()
    client = sign_in(page, at, "HS-1")
    client.click("All rewards", "link")
    page.get_by_role("button", name="Ask for this one").click()
    page.get_by_role("button", name="Make it my goal").click()
    client.sees("Asked for", "My goal: 55 more")
    look_at_every_size(client)
    client.click("My card", "link")
    client.click("Ask us", "link")
    client.click("I would like to talk")
    client.sees("Asked. We will answer you.")
    look_at_every_size(client)
    page.close()
    staff = browser.new_page()
    desk = Visitor(staff, at, SIZES[3])
    desk.sign_in("rosa")
    desk.sees("2 asked at the kiosk", "HS-1: wants Travel mug", "HS-1: wants to talk")
    staff.get_by_role("link", name="HS-1: wants Travel mug").click()
    desk.look()
    desk.click("Offer it", "link")
    expect(staff.get_by_label("Travel mug")).to_be_checked()
    staff.close()


def test_the_shelf_works_without_script(browser: Any, at: str, given: Given) -> None:
    given(running)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    open_card(page, at, "HS-77")
    expect(page.locator("main")).to_contain_text("3 visits met. Well done!")
    page.get_by_role("button", name="Thank you").click()
    expect(page.locator("main")).not_to_contain_text("Well done!")
    page.get_by_role("link", name="All rewards").click()
    page.get_by_role("button", name="Make it my goal").first.click()
    expect(page.locator("main")).to_contain_text("My goal: 5 more")
    context.close()


def test_a_moment_that_was_on_the_screen_is_not_shown_again(browser: Any, at: str, given: Given) -> None:
    given(running)
    page = browser.new_page()
    client = sign_in(page, at, "HS-77")
    client.sees("3 visits met. Well done!")
    client.look()
    with page.expect_navigation():
        page.get_by_role("button", name="I am done").first.click()
    client = sign_in(page, at, "HS-77")
    expect(page.locator("main")).not_to_contain_text("Well done!")
    page.close()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_large_prize_is_larger_than_a_small_one(browser: Any, at: str, given: Given, motion: str) -> None:
    """Words of 66 px with rays and confetti. Where less motion is asked for, they stand there at once."""
    slips = [{"tier": "small", "count": 1, "cents": 100}, {"tier": "large", "count": 4999, "cents": 2000}]
    client_id = given(dora, slips=slips)
    given(shelved, "large", 3)
    given(set_pin, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=clock.now())
    context = browser.new_context(reduced_motion=motion)
    page = context.new_page()
    client = sign_in(page, at, "HS-9")
    client.click("Draw now")
    client.click("lamp")
    client.sees("A large prize!", "A large thing", "Every slip wins.")
    words = page.get_by_role("heading", name="A large prize!")
    assert words.evaluate("one => getComputedStyle(one).fontSize") == "66px"
    falls = page.locator(".confetti rect").first.evaluate("one => getComputedStyle(one).animationName")
    assert falls == ("none" if motion == "reduce" else "falls")
    look_at_every_size(client)
    context.close()
