"""A lead writes a schedule in sentences: by keyboard, without script, on a phone; nothing that is typed is lost."""

import re

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests import cast
from tests.browser.conftest import PHONE, Visitor

BASE, CAP = '[id="tracks[0].phases[0].base"]', '[id="tracks[0].phases[0].cap"]'
SAYS_OF_CAP = '[id="tracks[0].phases[0].cap-says"]'


def a_draft(visitor: Visitor) -> str:
    visitor.sign_in("miriam")
    visitor.go("/schedules/presets/higgins-voucher")
    visitor.click("Make a draft of it")
    return visitor.page.url


def test_problems_wait_until_a_field_is_left_and_the_picture_follows(visitor: Visitor) -> None:
    a_draft(visitor)
    page = visitor.page
    expect(page.locator("#sums")).to_contain_text("$997.50")
    page.locator(BASE).fill("12")
    expect(page.locator('[id="tracks[0].phases[0].base-worth"]')).to_have_text("($3.00)")
    expect(page.locator("#sums")).to_contain_text("$1,015.50")
    page.locator(CAP).fill("8")
    expect(page.locator("#picture-waits")).to_be_visible()
    expect(page.locator(SAYS_OF_CAP)).to_be_empty()
    page.keyboard.press("Tab")
    expect(page.locator(SAYS_OF_CAP)).to_contain_text("The most (8) is less than the first one pays (12).")
    expect(page.locator(CAP)).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#sums")).to_contain_text("$1,015.50")
    expect(page.locator("#picture-waits")).to_contain_text("This is the last complete draft, of")
    visitor.look()
    page.locator(CAP).fill("80")
    expect(page.locator("#picture-waits")).to_be_hidden()
    # 12 to 80 points with 5 more each, twelve bonuses of 40: 2,863 points.
    expect(page.locator("#sums")).to_contain_text("$715.75")
    visitor.look()


def test_nothing_typed_is_lost_on_leaving(visitor: Visitor) -> None:
    url = a_draft(visitor)
    visitor.page.locator(BASE).fill("12x")
    visitor.page.get_by_role("link", name="Schedules").first.click()
    visitor.page.wait_for_url("**/schedules")
    visitor.page.wait_for_timeout(500)
    visitor.page.goto(url)
    expect(visitor.page.locator(BASE)).to_have_value("12x")
    expect(visitor.page.locator("main .problem")).to_have_count(0)


def test_a_button_that_is_pressed_while_a_save_is_on_its_way_waits_for_it(visitor: Visitor) -> None:
    a_draft(visitor)
    page = visitor.page
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/kept", lambda route: held.append((route, route.fetch())), times=1)
    page.locator(BASE).fill("12")
    page.wait_for_timeout(1000)
    ((route, answer),) = held  # the server has saved it, and the page does not know yet
    page.get_by_role("button", name="Save", exact=True).click(no_wait_after=True)
    expect(page.locator(BASE)).to_have_value("12")
    with page.expect_navigation():
        route.fulfill(response=answer)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Draft")
    expect(page.locator(BASE)).to_have_value("12")


def test_a_schedule_is_written_by_keyboard_alone(visitor: Visitor) -> None:
    a_draft(visitor)
    page = visitor.page
    page.locator(BASE).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "tracks[0].phases[0].step"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "tracks[0].phases[0].cap"
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"checked=1"))
    expect(page.locator(BASE)).to_have_value("12")
    expect(page.locator(CAP)).to_have_value("80")
    visitor.look()


def test_the_bar_covers_no_field_that_has_the_focus(visitor: Visitor) -> None:
    a_draft(visitor)
    page = visitor.page
    for selector in (BASE, CAP, '[id="tracks[0].restore.after"]', '[id="corrections"]'):
        page.locator(selector).focus()
        page.wait_for_timeout(500)
        field, bar = page.locator(selector).bounding_box(), page.locator(".foot").bounding_box()
        assert field is not None and bar is not None
        assert field["y"] + field["height"] <= bar["y"] + 1, selector


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_the_page_fits_and_is_accessible_with_two_behaviors_and_problems(page: Page, at: str, width: int) -> None:
    visitor = Visitor(page, at, (width, 900))
    a_draft(visitor)
    visitor.click("Add another")
    page.locator("button:visible", has_text="Add a part").click()
    page.wait_for_load_state()
    visitor.click("Save")
    visitor.sees("things to settle before this can be tried.", "Choose what the test has to be negative for.")
    visitor.click("Show all 7")


def test_without_script_the_buttons_do_the_same(browser: Browser, at: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    page.goto(f"{at}/sign-in")
    page.get_by_label("User name").fill("miriam")
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{at}/schedules/presets/higgins-voucher")
    page.get_by_role("button", name="Make a draft of it").click()
    page.locator(BASE).fill("12")
    page.get_by_role("button", name="Show what it does").click()
    expect(page.locator("#sums")).to_contain_text("$1,015.50")
    page.locator(CAP).fill("8")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(SAYS_OF_CAP)).to_contain_text("The most (8) is less than the first one pays (12).")
    page.locator(CAP).fill("80")
    page.get_by_role("button", name="Send to second lead").click()
    expect(page.locator("h1")).to_contain_text("Send “Voucher ladder")
    context.close()
