"""The day in the browser: a test is one click from the first page, and a group of twelve is at most fourteen."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from tests import cast, week
from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_every_page import sign_in

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
EVERY_DAY = "0123456"


def clinic(session: Session) -> dict[str, tuple[int, int]]:
    """Return the slots of some clients, each by enrollment and service, of a day with a test for Dee and a group of twelve, HS-20 to HS-31, of whom the schedule pays each."""
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
    of_group = {}
    for number in range(20, 32):
        enrollment_id = week.newcomer(session, f"HS-{number}", starts_on=today, now=now)
        item = week.item(group, EVERY_DAY, "attendance")
        week.plan(session, item, enrollment_id=enrollment_id, **from_today)
        of_group[f"HS-{number}"] = (enrollment_id, group)
    return {"HS-2": (dee, tests), **of_group}


def elsewhere(session: Session, slot: tuple[int, int], **what: Any) -> None:
    """A colleague notes or records something of a slot on another device."""
    now = clock.now()
    of = {"enrollment_id": slot[0], "service_id": slot[1], "on_day": clock.day_at(now, "America/New_York")}
    write: Any = record_slot if "way" in what else note_slot
    write(session, **of, **what, key=cast.key(), actor=cast.leo, now=now)


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


def test_the_day_looks_after_itself_and_loses_nothing_that_is_typed(visitor: Visitor, given: Given) -> None:
    slots = given(clinic)
    visitor.sign_in("rosa")
    visitor.page.get_by_label("Client code or name").fill("HS-")
    given(elsewhere, slots["HS-2"], status="arrived")
    expect(visitor.page.get_by_role("heading", name="Here now 1")).to_be_visible(timeout=15_000)
    assert visitor.page.get_by_label("Client code or name").input_value() == "HS-"
    # A row that asks something stays as it is while others change. On a phone the absence of who is here is rare.
    if visitor.page.get_by_text("More: HS-2").is_visible():
        visitor.page.get_by_text("More: HS-2").click()
    visitor.click("Absent… : HS-2", "link")
    visitor.page.get_by_label("Note").fill("Called at")
    given(elsewhere, slots["HS-31"], way="attended")
    expect(visitor.page.get_by_text("1 done")).to_be_visible(timeout=15_000)
    assert visitor.page.get_by_label("Note").input_value() == "Called at"
    visitor.sees("HS-2 does not come.")


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


def on_a_phone(browser: Browser, at: str, username: str, *, with_script: bool = True) -> Page:
    """Sign in on a phone, and return the first page."""
    width, height = PHONE
    page = browser.new_page(
        base_url=at, viewport={"width": width, "height": height}, java_script_enabled=with_script, locale="en-US"
    )
    sign_in(page, username)
    return page


def row_of(page: Page, code: str) -> Any:
    return page.locator("li[data-row]").filter(has=page.get_by_role("link", name=code, exact=True))


def words(page: Page, code: str) -> list[str]:
    """The words of the actions that a row shows, from left to right and from top to bottom."""
    cells = row_of(page, code).locator(".cell:visible")
    return [text.split(":")[0].strip() for text in cells.all_inner_texts()]


@pytest.mark.parametrize("username", ["rosa", "miriam", "nora"])
@pytest.mark.parametrize("with_script", [True, False])
def test_a_phone_shows_the_first_open_row_at_once(
    browser: Browser, at: str, given: Given, username: str, with_script: bool
) -> None:
    slots = given(clinic)
    given(cast.front_desk)
    given(elsewhere, slots["HS-2"], status="arrived")
    page = on_a_phone(browser, at, username, with_script=with_script)
    page.goto(f"{at}/day")
    # Whoever can take back what was noted last is told so above the rows.
    row = row_of(page, "HS-2").bounding_box()
    assert row is not None
    assert row["y"] + row["height"] <= 740
    counts = page.get_by_role("navigation", name="Show only").get_by_role("link")
    assert len({round(one.bounding_box()["y"]) for one in counts.all()}) == 1, "the counts stand in one line"  # type: ignore[index]
    expect(page.get_by_text("Service", exact=True)).to_be_hidden()
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_text("Service", exact=True)).to_be_visible()
    page.close()


@pytest.mark.parametrize("with_script", [True, False])
def test_a_row_of_a_phone_shows_the_two_likeliest_actions_and_more(
    browser: Browser, at: str, given: Given, with_script: bool
) -> None:
    slots = given(clinic)
    page = on_a_phone(browser, at, "rosa", with_script=with_script)
    assert words(page, "HS-2") == ["Arrived", "Absent…", "More"]
    height = row_of(page, "HS-2").bounding_box()
    page.get_by_text("More: HS-2").focus()
    page.keyboard.press("Enter")
    assert words(page, "HS-2") == ["Arrived", "Negative", "Other result…", "Absent…", "Later…", "More"]
    page.keyboard.press("Enter")
    assert row_of(page, "HS-2").bounding_box() == height
    given(elsewhere, slots["HS-2"], status="arrived")
    page.reload()
    assert words(page, "HS-2")[1:] == ["Negative", "Other result…", "More"]
    # A row that asks has all of them.
    page.get_by_text("More: HS-2").click()
    page.get_by_role("link", name="Later… : HS-2").click()
    assert words(page, "HS-2")[1:] == ["Negative", "Other result…", "Absent…", "Later…"]
    page.set_viewport_size({"width": 820, "height": 1180})
    assert words(page, "HS-2")[1:] == ["Negative", "Other result…", "Absent…", "Later…"]
    page.close()


def test_what_a_phone_has_unfolded_stays_so_while_the_day_looks_after_itself(
    browser: Browser, at: str, given: Given
) -> None:
    slots = given(clinic)
    page = on_a_phone(browser, at, "rosa")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_text("More: HS-2").click()
    page.get_by_label("Client code or name").focus()
    given(elsewhere, slots["HS-31"], way="attended")
    expect(page.get_by_text("1 done")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Service", exact=True)).to_be_visible()
    assert words(page, "HS-2") == ["Arrived", "Negative", "Other result…", "Absent…", "Later…", "More"]
    # A row that is another one only because a minute has passed, so that the client is later, keeps what is unfolded.
    row_of(page, "HS-2").evaluate("row => { row.dataset.row = 'a minute ago' }")
    given(elsewhere, slots["HS-30"], way="attended")
    expect(page.get_by_text("2 done")).to_be_visible(timeout=15_000)
    assert row_of(page, "HS-2").get_attribute("data-row") != "a minute ago"
    assert words(page, "HS-2") == ["Arrived", "Negative", "Other result…", "Absent…", "Later…", "More"]
    # The row of somebody who has just come is another one: it is folded, and so are all others.
    given(elsewhere, slots["HS-2"], status="arrived")
    expect(page.get_by_role("heading", name="Here now 1")).to_be_visible(timeout=15_000)
    assert words(page, "HS-2")[1:] == ["Negative", "Other result…", "More"]
    page.close()
