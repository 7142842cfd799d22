"""A client moves to another site in the browser: what each of the two sites sees, and a code that is corrected."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from tests import cast
from tests.browser.conftest import Visitor
from tests.browser.test_journeys import LONG, enrolled

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def with_a_visit(session: Session) -> None:
    """Add a client with one visit yesterday, and a lead of both sites."""
    enrolled(session)
    now = clock.now()
    yesterday = clock.day_at(now, "America/New_York") - timedelta(days=1)
    record_visit(
        session,
        enrollment_id=3,
        visit=NewVisit("cocaine-negative", yesterday, cast.negative()),
        key=cast.key(),
        actor=cast.rosa,
        now=now,
    )
    add_demonstration_account(
        session,
        username="zoe",
        display_name="Zoe",
        roles={"lead"},
        site_ids=(cast.HARBOR, cast.MILL),
        password=cast.PASSWORD,
        hasher=Hasher(64, 1),
        actor=command("demonstration"),
        now=now,
    )


def test_a_client_is_transferred_and_goes_on_at_the_new_site(visitor: Visitor, given: Given) -> None:
    given(with_a_visit)
    visitor.sign_in("zoe")
    visitor.go("/clients/3")
    visitor.click("Edit", "link")
    visitor.click("Transfer to another site", "link")
    visitor.sees("The client belongs to Harbor Street.")
    visitor.click("Transfer the client")
    visitor.sees("Say why, in a few words.")
    visitor.page.get_by_label("Why, in a few words").fill("Moved house")
    visitor.click("Transfer the client")
    visitor.sees("Transferred. HS-9 belongs to Mill Road now.", LONG, "Mill Road")
    visitor.click("Sign out")

    visitor.sign_in("rosa")
    visitor.page.get_by_label("Client code or name").fill("hs9")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/clients/3")
    visitor.look()
    visitor.sees("This client was transferred to Mill Road", "+10 points")
    assert LONG not in visitor.page.content()
    assert visitor.page.locator("main form, main .btn").count() == 0, "nothing can be recorded"
    visitor.click("Sign out")

    visitor.sign_in("anna")
    visitor.page.get_by_label("Client code or name").fill("hs9")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/clients/3")
    visitor.look()
    visitor.click("Record a test", "link")
    visitor.page.get_by_label("In range", exact=True).check()
    visitor.page.get_by_role("group", name="Cocaine").get_by_label("Negative").check()
    visitor.page.get_by_label("Specimen ID").fill("M-1")
    visitor.click("Save, the rest is negative")
    visitor.sees("15 points for a negative test, the 2nd in a row.")

    visitor.go("/clients/3/edit")
    visitor.click("Correct the code", "link")
    visitor.page.get_by_label("New client code").fill("mr-9")
    visitor.page.get_by_label("Why, in a few words").fill("The codes of our site begin with MR")
    visitor.click("Save the new code")
    visitor.sees("MR-9", "the kiosk takes only the new one")
    visitor.page.get_by_label("Client code or name").fill("HS-9")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/clients/3")
    visitor.sees("MR-9")
