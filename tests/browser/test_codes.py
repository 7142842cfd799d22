"""A one-time code from the lead's screen to a password, and the list of sessions, in the browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.make_code import make_code
from cm_tracker.passwords import Hasher
from tests import cast
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
STRONG = "four words that fit together"


def test_a_link_fills_in_name_and_code_and_leaves_the_address(visitor: Visitor, given: Given, at: str) -> None:
    visitor.sign_in("miriam")
    visitor.go("/staff/1/edit")
    visitor.click("Sign out everywhere")
    visitor.sees("Rosa is signed out everywhere.")
    visitor.page.get_by_role("link", name="Make a one-time code…").click()
    visitor.click("Make the code")
    visitor.sees("One-time code", "For Rosa, and nobody else.")
    found = re.search(r"(http\S+/sign-in/code#rosa:[A-Z0-9-]{14})", visitor.page.inner_text("main"))
    assert found is not None
    visitor.page.context.clear_cookies()

    visitor.go(found[1].removeprefix(at))
    page = visitor.page
    expect(page.get_by_label("User name")).to_have_value("rosa")
    expect(page.get_by_label("One-time code")).to_have_value(found[1][-14:])
    assert page.url == f"{at}/sign-in/code"
    expect(page.locator("#new")).to_be_focused()
    for typed, said in (
        ("elevensigns", ""),
        ("twelve signs", "It is strong enough; one more word would make it stronger."),
        ("a horse in a barn", "It is a good one."),
        (STRONG, "It is a strong one."),
        ("twelve signssssssssss", "It is strong enough; one more word would make it stronger."),
    ):
        page.locator("#new").fill(typed)
        expect(page.locator("#new + output")).to_have_text(said)
    page.locator("#new").fill(STRONG)
    page.get_by_label("New password again").fill(STRONG)
    visitor.click("Set the password and sign in")
    visitor.sees("Your password is set. It is a strong one.")
    visitor.go("/account")
    visitor.sees("Where you are signed in", "Chrome on Linux", "this one", "127.0.0.1")


def test_without_script_the_code_is_typed(browser: Browser, given: Given, at: str) -> None:
    made = given(make_code, staff_id=cast.LEO, hasher=Hasher(64, 1), actor=command(), now=clock.now())
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{at}/sign-in")
    page.get_by_role("link", name="set a password with the code").click()
    for field, typed in (("username", "leo"), ("code", made.code), ("new", STRONG), ("again", STRONG)):
        page.locator(f"#{field}").fill(typed)
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.locator("main")).to_contain_text("Your password is set. It is a strong one.")
    context.close()
