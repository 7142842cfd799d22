"""A person who was opened twice, in the browser: the question at opening, the merge by two leads, and both codes after it."""

from collections.abc import Callable
from typing import Any

import pytest

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from tests import cast
from tests.browser.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


@pytest.fixture
def nadia(given: Given) -> None:
    given(
        add_demonstration_account, username="nadia", display_name="Nadia", roles={"lead"}, site_ids=[cast.HARBOR],
        password=cast.PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=clock.now(),
    )  # fmt: skip


@pytest.mark.usefixtures("nadia")
def test_two_leads_merge_two_records_of_one_person(visitor: Visitor, given: Given, at: str, kind: str) -> None:
    given(cast.rich)
    visitor.sign_in("rosa")
    visitor.go("/clients/new")
    visitor.page.get_by_label("Client code", exact=True).fill("HS-2")
    visitor.page.get_by_label("Preferred name").fill("Ameer")
    visitor.click("Add the client")
    visitor.sees("Nothing is saved yet", "Is it this person?", "HS-1", "Amir")
    visitor.click("This is another person: open anyway")
    visitor.sees("HS-2", "is not enrolled in a schedule yet")

    visitor.page.context.clear_cookies()
    visitor.sign_in("miriam")
    visitor.go("/clients/1")
    visitor.click("Merge with another record", "link")
    visitor.sees("Merge another record into HS-1", "the same name, or one that sounds like it")
    visitor.page.get_by_label("Code of the other record").fill("hs2")
    visitor.click("Compare the two")
    visitor.sees(
        "Merge HS-2 into HS-1", "85 points", "Together they received $21.25 this year.", "Nadia can approve it."
    )
    visitor.click("Request the merge")
    visitor.sees("Say how you know.")
    visitor.page.get_by_label("How do you know that it is one person?").fill("Same photo on both papers")
    visitor.click("Request the merge")
    visitor.sees("You requested this yourself, so another lead decides.")

    visitor.page.context.clear_cookies()
    visitor.sign_in("nadia")
    visitor.sees("A merge of two records waits for a second lead")
    visitor.page.get_by_role("link", name="Decide").click()
    visitor.page.get_by_role("row").nth(1).get_by_role("link").click()
    visitor.look()
    visitor.page.get_by_label("Approve it").check()
    visitor.click("Save the decision")
    visitor.sees("Approved", "HS-2 had nothing to move")

    visitor.page.context.clear_cookies()
    visitor.sign_in("rosa")
    visitor.page.get_by_label("Client code or name").fill("HS-2")
    visitor.click("Find")
    visitor.sees("HS-1", "also HS-2", "85")
    browser = visitor.page.context.browser
    assert browser is not None
    client = Visitor(browser.new_page(), at, PHONE if kind == "sqlite" else DESK)
    client.go("/kiosk/sign-in")
    client.page.get_by_label("Your code").fill("HS-2")
    client.page.get_by_label("Your PIN").fill(cast.PIN)
    client.click("Show my points")
    client.sees("85")
    client.page.close()
