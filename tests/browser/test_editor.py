"""A lead writes a schedule in sentences: by keyboard, without script, on a phone; nothing that is typed is lost."""

import re

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests import cast
from tests.browser.conftest import PHONE, Visitor

BASE, CAP = '[id="tracks[0].phases[0].base"]', '[id="tracks[0].phases[0].cap"]'
STEP = '[id="tracks[0].phases[0].step"]'
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


Held = list[tuple[Route, APIResponse | None]]


def type_two(page: Page, *, reaches: bool) -> Held:
    """Type twelve, whose save is on its way for as long as the test, and then seven. Return the save.

    It `reaches` the server whose answer is slow, or it does not get there.
    """
    held: Held = []
    page.route("**/kept", lambda route: held.append((route, route.fetch() if reaches else None)), times=1)
    page.locator(BASE).fill("12")
    page.wait_for_timeout(1000)
    assert len(held) == 1
    page.locator(STEP).fill("7")
    return held


def sees_two(page: Page, url: str) -> None:
    page.wait_for_timeout(500)
    page.goto(url)
    expect(page.locator(BASE)).to_have_value("12")
    expect(page.locator(STEP)).to_have_value("7")


@pytest.mark.parametrize("reaches", [False, True])
def test_who_leaves_by_a_link_while_a_save_is_on_its_way_loses_nothing(visitor: Visitor, reaches: bool) -> None:
    url = a_draft(visitor)
    type_two(visitor.page, reaches=reaches)
    visitor.page.get_by_role("link", name="Schedules").first.click()
    visitor.page.wait_for_url("**/schedules")
    sees_two(visitor.page, url)


@pytest.mark.parametrize("reaches", [False, True])
def test_who_hides_the_page_while_a_save_is_on_its_way_goes_on_typing(visitor: Visitor, reaches: bool) -> None:
    url = a_draft(visitor)
    page = visitor.page
    held = type_two(page, reaches=reaches)
    with page.expect_response("**/kept"):
        page.evaluate(
            "() => { Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
            " document.dispatchEvent(new Event('visibilitychange')); delete document.visibilityState; }"
        )
    page.locator(CAP).fill("80")
    ((route, answer),) = held  # the first save is answered last
    if answer is None:
        route.continue_()
    else:
        route.fulfill(response=answer)
    # 12 to 80 points with 7 more each, twelve bonuses of 40.
    expect(page.locator("#saved-says")).to_contain_text("Saved")
    page.wait_for_timeout(1500)
    sees_two(page, url)
    expect(page.locator(CAP)).to_have_value("80")


def test_a_save_that_failed_is_tried_again_and_says_so(visitor: Visitor) -> None:
    url = a_draft(visitor)
    page = visitor.page
    page.route("**/kept", lambda route: route.abort(), times=1)
    page.locator(BASE).fill("12")
    expect(page.locator("#saved-says")).to_contain_text(
        "Not saved since your last change: the program does not answer. It is tried again."
    )
    expect(page.locator("#saved-says")).to_contain_text("Saved", timeout=15_000)
    page.goto(url)
    expect(page.locator(BASE)).to_have_value("12")


def test_a_save_whose_answer_was_lost_makes_the_next_one_not_stale(visitor: Visitor) -> None:
    url = a_draft(visitor)
    page = visitor.page

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/kept", lose, times=1)
    page.locator(BASE).fill("12")
    expect(page.locator("#saved-says")).to_contain_text("does not answer")
    page.locator(STEP).fill("7")
    expect(page.locator("#saved-says")).to_contain_text("Saved", timeout=15_000)
    sees_two(page, url)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("button", ["Copy", "Sign out"])
def test_another_form_of_the_page_waits_for_a_save(visitor: Visitor, fails: bool, button: str) -> None:
    """It is sent within the pause after typing, or after a save that failed."""
    url = a_draft(visitor)
    page = visitor.page
    if fails:
        page.route("**/kept", lambda route: route.abort(), times=1)
        page.locator(BASE).fill("12")
        expect(page.locator("#saved-says")).to_contain_text("does not answer")
    with page.expect_navigation():
        page.evaluate(
            """([fails, word]) => {
                const field = document.getElementById("tracks[0].phases[0].base");
                if (!fails) { field.value = "12"; field.dispatchEvent(new Event("input", { bubbles: true })); }
                [...document.querySelectorAll("main button, header button")].find((one) => one.textContent === word).click();
            }""",
            [fails, button],
        )
    if button == "Copy":
        expect(page.locator("h1")).to_contain_text("(copy)")
        expect(page.locator(BASE)).to_have_value("12")
    else:
        visitor.sign_in("miriam")
    page.goto(url)
    expect(page.locator(BASE)).to_have_value("12")


def test_a_button_stays_on_the_page_while_the_program_does_not_answer(visitor: Visitor) -> None:
    url = a_draft(visitor)
    page = visitor.page
    page.route("**/drafts/**", lambda route: route.abort())
    page.locator(BASE).fill("12")
    page.get_by_role("button", name="Save", exact=True).click(no_wait_after=True)
    expect(page.locator("#saved-says")).to_contain_text("does not answer")
    expect(page.locator(BASE)).to_have_value("12")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Schedules").first.click(no_wait_after=True)
    page.wait_for_timeout(1000)
    assert asked == ["beforeunload"] and page.url == url
    page.unroute("**/drafts/**")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**checked=1")
    expect(page.locator(BASE)).to_have_value("12")


def test_the_draft_as_a_file_has_what_was_just_typed(visitor: Visitor) -> None:
    a_draft(visitor)
    page = visitor.page
    with page.expect_navigation():
        page.evaluate(
            """() => {
                const field = document.getElementById("tracks[0].phases[0].base");
                field.value = "12"; field.dispatchEvent(new Event("input", { bubbles: true }));
                [...document.querySelectorAll("main a")].find((one) => one.textContent === "File").click();
            }"""
        )
    expect(page.locator("textarea")).to_have_value(re.compile('"base": 12,'))


def test_a_button_that_is_pressed_twice_does_its_work_once(visitor: Visitor) -> None:
    a_draft(visitor)
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Add another").dblclick(no_wait_after=True)
    visitor.sees("2 behaviors:")
    visitor.look()


def two_tabs(visitor: Visitor) -> tuple[str, Page]:
    """Type twelve in one tab of a draft, and then seven in another one that was open before. Return that one."""
    url = a_draft(visitor)
    other = visitor.page.context.new_page()
    other.set_viewport_size(visitor.page.viewport_size or {"width": 0, "height": 0})
    other.goto(url)
    visitor.page.locator(BASE).fill("12")
    expect(visitor.page.locator("#sums")).to_contain_text("$1,015.50")
    other.locator(STEP).fill("7")
    expect(other.locator("#saved-says")).to_contain_text("Not saved since your last change. Press Save: it says why.")
    other.get_by_role("button", name="Save", exact=True).click()
    other.wait_for_load_state()
    return url, other


def test_of_two_tabs_the_second_sees_both_and_keeps_its_own(visitor: Visitor) -> None:
    url, other = two_tabs(visitor)
    expect(other.locator("main")).to_contain_text("You saved this draft in another window")
    expect(other.locator("#conflict")).to_contain_text("The first met visit now earns 10 points instead of 12")
    expect(other.locator(STEP)).to_have_value("7")
    expect(other.locator(BASE)).to_have_value("10")
    visitor.page = other
    visitor.look()
    other.locator(CAP).fill("80")
    other.wait_for_timeout(1500)  # typing saves nothing over the other tab
    check = other.context.new_page()
    check.goto(url)
    expect(check.locator(BASE)).to_have_value("12")
    other.get_by_role("button", name="Keep mine").click()
    other.wait_for_url("**checked=1")
    for selector, value in ((BASE, "10"), (STEP, "7"), (CAP, "80")):
        expect(other.locator(selector)).to_have_value(value)


def test_of_two_tabs_the_second_takes_what_the_first_saved(visitor: Visitor) -> None:
    _url, other = two_tabs(visitor)
    asked: list[str] = []
    other.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    other.get_by_role("link", name="Take what was saved").click()
    expect(other.locator("#conflict")).to_have_count(0)
    expect(other.locator(BASE)).to_have_value("12")
    expect(other.locator(STEP)).to_have_value("5")
    assert asked == []


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
