"""A passkey in a real Chromium, with its virtual authenticator, and the pages of the second factor on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


@pytest.fixture
def named(at: str) -> str:
    """Return the address of the server by its name: browsers use no passkeys at a bare address."""
    return at.replace("127.0.0.1", "localhost")


def with_authenticator(page: Page) -> None:
    """Give the browser a device that keeps passkeys and sees its owner's finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def sign_in(visitor: Visitor, username: str = "rosa") -> None:
    visitor.page.context.clear_cookies()
    visitor.go("/sign-in")
    visitor.page.get_by_label("User name").fill(username)
    visitor.page.get_by_label("Password").fill(cast.PASSWORD)
    visitor.click("Sign in")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_passkey_is_made_signs_in_alone_and_is_a_second_step(
    page: Page, named: str, kind: str, size: tuple[int, int]
) -> None:
    visitor = Visitor(page, named, size, tablet=None)
    with_authenticator(page)
    sign_in(visitor)
    visitor.go("/second-factor")
    visitor.click("Add a passkey", "link")
    visitor.click("Make the passkey")
    expect(page.locator("#problems")).to_contain_text("Name of the passkey")
    page.get_by_label("Name of the passkey").fill("This computer")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    visitor.look()
    assert page.locator(".recovery li").count() == 10
    visitor.click("I have them", "link")
    visitor.click("This computer", "link")
    expect(page.get_by_label("Name of the passkey")).to_have_value("This computer")

    page.context.clear_cookies()
    visitor.go("/sign-in?next=/clients/1")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{named}/clients/1")

    sign_in(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("button", name="Sign out").wait_for()


def test_a_browser_without_passkeys_says_so(page: Page, at: str, kind: str) -> None:
    visitor = Visitor(page, at, PHONE, tablet=None)
    visitor.go("/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    sign_in(visitor)
    visitor.go("/second-factor")
    expect(page.locator("main")).to_contain_text("Passkeys work only where the program has a name and https.")
    visitor.go("/second-factor/passkeys/new")
    expect(page.locator("main")).to_contain_text("Set up an authenticator app instead.")


def test_a_passkey_that_nobody_touched_leaves_the_page_as_it_is(page: Page, named: str, kind: str) -> None:
    visitor = Visitor(page, named, PHONE, tablet=None)
    visitor.go("/sign-in")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-problem]")).to_have_text("The passkey was not used. Try again, or use another way.")
    visitor.look()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_the_second_factor_fit(page: Page, named: str, kind: str, size: tuple[int, int]) -> None:
    visitor = Visitor(page, named, size, tablet=None)
    sign_in(visitor, "miriam")
    visitor.go("/")
    for path in ("/second-factor", "/second-factor/app", "/second-factor/passkeys/new", "/sign-in/again"):
        visitor.go(path)
