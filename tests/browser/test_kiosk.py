"""The kiosk on a shared tablet: nobody sees the card of somebody who left, and nobody is left with a dead screen."""

import re
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.models import KioskSession
from tests import cast
from tests.browser.conftest import Visitor
from tests.browser.test_id_cards import card_of_amir
from tests.conftest import Databases
from tests.serving import served

Given = Callable[..., Any]

PORTRAIT, LANDSCAPE, DESK, PHONE = (768, 1024), (1024, 768), (1280, 800), (360, 740)
SIZES = pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, DESK, PHONE], ids=lambda size: "x".join(map(str, size)))
DOOR = re.compile(r"/kiosk$")


class AtKiosk(Visitor):
    """A client at a tablet. Nothing of a card is on a page whose address is the door's."""

    def opens(self, code: str = "HS-1", pin: str = cast.PIN) -> None:
        """Open a card by the keys of a keyboard, and wait until the page is there."""
        self.page.goto(f"{self.at}/kiosk/sign-in")
        self.page.get_by_label("Your code").fill(code)
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(pin)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/kiosk/card*")
        self.page.wait_for_load_state()

    def is_looked_after(self) -> None:
        """Wait for the service worker. Playwright's own waiting is an `eval`, which the content security policy forbids."""
        for _ in range(100):
            with suppress(Error):  # the page may be leaving
                if self.page.evaluate("Boolean(navigator.serviceWorker.controller)"):
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError("no service worker looks after the page")

    def is_at_the_door(self) -> None:
        expect(self.page).to_have_url(DOOR)
        expect(self.page.get_by_role("link", name="Touch to begin")).to_be_visible()
        assert "85" not in self.page.locator("main").inner_text()


@pytest.fixture
def client(page: Page, at: str, given: Given) -> AtKiosk:
    given(cast.rich)
    return AtKiosk(page, at, PORTRAIT)


def open_cards(session: Session) -> int:
    return session.execute(select(func.count()).select_from(KioskSession)).scalar_one()


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(50):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it did not come about in 5 seconds")


def resize(visitor: Visitor, size: tuple[int, int]) -> None:
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@SIZES
def test_with_the_keys_on_the_screen_a_card_opens(client: AtKiosk, size: tuple[int, int]) -> None:
    resize(client, size)
    client.go("/kiosk")
    client.click("Touch to begin", "link")
    page = client.page
    for key in "HS1":
        page.get_by_role("button", name=key, exact=True).click()
    client.look()
    expect(page.get_by_label("Your code")).to_have_value("HS1")
    keys = page.locator(".key").evaluate_all("all => all.map(one => one.getBoundingClientRect())")
    assert len(keys) >= 14 and min(min(key["width"], key["height"]) for key in keys) >= 64
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1], "every key is in sight"
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_label("Your code")).to_have_attribute("type", "password")
    for key in ("9", "Erase", *cast.PIN):
        page.get_by_role("button", name=key, exact=True).click()
    client.look()
    with page.expect_navigation(url="**/kiosk/card*"):
        page.get_by_role("button", name="Show my points").click()
    client.sees("85")
    client.look()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_wrong_pin_keeps_the_code_and_is_never_sent_again(client: AtKiosk) -> None:
    page = client.page
    client.go("/kiosk/sign-in")
    page.get_by_label("Your code").fill("HS-1")
    page.keyboard.press("Enter")
    page.keyboard.type("1111")
    with page.expect_navigation(url="**/kiosk/sign-in"):
        page.keyboard.press("Enter")
    client.sees("That code and PIN do not match.")
    client.look()
    expect(page.get_by_label("Your code")).to_have_value("HS-1")
    expect(page.get_by_label("Your code")).to_have_attribute("type", "password")
    expect(page.get_by_label("Your PIN")).to_have_value("")
    expect(page.get_by_label("Your PIN")).to_be_focused()
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("Your code")).to_have_attribute("type", "text")
    page.reload()
    client.is_at_the_door()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_typed_is_forgotten_after_20_seconds(client: AtKiosk) -> None:
    page = client.page
    page.clock.install()
    client.go("/kiosk")
    client.click("Touch to begin", "link")
    page.get_by_label("Your code").fill("HS-1")
    page.clock.run_for(15_000)
    expect(page.locator(".kiosk-foot")).to_contain_text("What you type clears in 5 seconds.")
    page.get_by_role("button", name="More time").click()
    page.clock.run_for(15_000)
    expect(page.get_by_label("Your code")).to_have_value("HS-1")
    page.clock.run_for(6_000)
    client.is_at_the_door()
    page.go_back()
    client.is_at_the_door()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@SIZES
def test_back_forward_and_reload_never_show_a_card_that_was_left(client: AtKiosk, size: tuple[int, int]) -> None:
    resize(client, size)
    page = client.page
    client.opens()
    page.go_back()
    client.is_at_the_door()
    page.go_forward()
    client.is_at_the_door()
    client.opens()
    page.reload()
    client.is_at_the_door()
    client.opens()
    page.get_by_role("button", name="I am done").click()
    client.is_at_the_door()
    page.go_back()
    client.is_at_the_door()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_card_closes_however_it_is_left(client: AtKiosk, given: Given) -> None:
    page = client.page
    client.opens()
    page.goto("about:blank")
    wait_until(lambda: given(open_cards) == 0)
    page.goto(f"{client.at}/kiosk/card")
    client.is_at_the_door()
    client.opens()
    other = page.context.new_page()
    other.goto(f"{client.at}/kiosk")  # the door in another tab of the same browser
    page.goto(f"{client.at}/kiosk/card")
    client.is_at_the_door()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@SIZES
def test_for_the_last_20_seconds_a_question_covers_the_card(client: AtKiosk, size: tuple[int, int]) -> None:
    resize(client, size)
    page = client.page
    page.clock.install()
    client.opens()
    page.clock.run_for(38_000)
    question = page.get_by_role("dialog", name="Are you still there?")
    expect(question).not_to_be_visible()
    page.clock.run_for(3_000)
    expect(question).to_be_visible()
    expect(question.get_by_role("button", name="Yes, more time")).to_be_focused()
    expect(question.get_by_role("status")).to_have_text("20 seconds left. Touch anywhere to stay.")
    client.look()
    box = question.bounding_box()
    assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= size[1]
    with page.expect_response("**/kiosk/more"):
        page.mouse.click(5, 5)  # a touch anywhere
    expect(question).not_to_be_visible()
    page.clock.run_for(30_000)
    expect(page).to_have_url(re.compile("/kiosk/card"))
    page.clock.run_for(11_000)
    with page.expect_response("**/kiosk/more"):
        page.keyboard.press("Tab")
    expect(question).not_to_be_visible()
    page.clock.run_for(61_000)
    client.is_at_the_door()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_escape_means_i_am_done(client: AtKiosk) -> None:
    client.opens()
    client.page.keyboard.press("Escape")
    client.is_at_the_door()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_more_time_and_i_am_done_stay_in_sight_at_200_percent(client: AtKiosk) -> None:
    """A tablet of 768 x 1024 shows 384 x 512 at 200 %, and one of 360 x 740 shows 180 x 370."""
    client.opens()
    for width, height in ((384, 512), (512, 384), (180, 370)):
        client.page.set_viewport_size({"width": width, "height": height})
        for name in ("More time", "I am done"):
            button = client.page.get_by_role("button", name=name)
            box = button.bounding_box()
            assert box is not None
            assert box["y"] >= 0 and box["y"] + box["height"] <= height and box["x"] + box["width"] <= width


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@SIZES
def test_when_the_server_is_gone_a_calm_page_waits_and_comes_back(
    page: Page, databases: Databases, kind: str, size: tuple[int, int]
) -> None:
    name = databases.copy(kind, with_cast=True)
    app = create_app(databases.settings(kind, name))
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    with ExitStack() as servers:
        port = servers.enter_context(served(app, threads=4))
        client = AtKiosk(page, f"http://127.0.0.1:{port}", size)
        client.opens()
        client.is_looked_after()
        servers.close()
        page.get_by_role("button", name="More time").click()
        gone = page.locator(".gone")
        expect(gone).to_be_visible()
        assert "85" not in page.locator("body").inner_text() and "One moment, please" in gone.inner_text()
        servers.enter_context(served(app, threads=4, port=port))
        expect(page).to_have_url(DOOR, timeout=10_000)
        client.opens()
        servers.close()
        page.get_by_role("button", name="I am done").click()
        expect(page.get_by_role("heading", name="One moment, please")).to_be_visible()
        expect(page.get_by_role("heading", name="Un momento, por favor")).to_be_visible()
        page.goto(f"http://127.0.0.1:{port}/kiosk/card")
        expect(page.get_by_role("heading", name="One moment, please")).to_be_visible()
        assert "85" not in page.locator("body").inner_text()
        servers.enter_context(served(app, threads=4, port=port))
        expect(page).to_have_url(DOOR, timeout=10_000)
    with app.app_context():
        db.engine.dispose()
    databases.drop(kind, name)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_without_a_service_worker_no_link_and_no_button_leads_to_a_dead_page(
    browser: Browser, databases: Databases, kind: str
) -> None:
    """A browser allows no service worker at an address without https that is not this computer's."""
    name = databases.copy(kind, with_cast=True)
    app = create_app(databases.settings(kind, name))
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    context = browser.new_context(service_workers="block")
    context.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page = context.new_page()
    with ExitStack() as servers:
        port = servers.enter_context(served(app, threads=4))
        client = AtKiosk(page, f"http://127.0.0.1:{port}", PORTRAIT)
        client.opens()
        page.get_by_role("link", name="History").click()
        page.wait_for_url("**/kiosk/history")
        servers.close()
        page.get_by_role("link", name="My card").click()
        expect(page.locator(".gone")).to_be_visible()
        assert "85" not in page.locator("body").inner_text()
        servers.enter_context(served(app, threads=4, port=port))
        expect(page).to_have_url(DOOR, timeout=10_000)
        client.opens()
        servers.close()
        page.get_by_role("button", name="I am done").click()
        expect(page.locator(".gone")).to_be_visible()
    context.close()
    with app.app_context():
        db.engine.dispose()
    databases.drop(kind, name)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_id_card_is_read_at_the_door(client: AtKiosk, given: Given) -> None:
    number = given(card_of_amir)
    client.go("/kiosk")
    client.page.keyboard.type(number)
    with client.page.expect_navigation(url="**/kiosk/sign-in*"):
        client.page.keyboard.press("Enter")
    client.sees("Your card was read.")
    assert number not in client.page.url
    client.page.keyboard.type(cast.PIN)
    with client.page.expect_navigation(url="**/kiosk/card*"):
        client.page.keyboard.press("Enter")
