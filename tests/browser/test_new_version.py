"""A lead changes how a clinic pays, from a preset to the report of the first week, with the second lead's consent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast, week
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
# Ten thousand clients on a machine that runs other tests, too.
LONG = 60_000
CODES = [f"HS-{number}" for number in range(20, 32)]


def twelve_clients(session: Session) -> list[int]:
    """Enroll HS-20 to HS-31 ten days ago, and give each a negative test of three days ago: 10 points. Return their enrollments."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    found = [
        week.newcomer(session, code, version_id=cast.HIGGINS, starts_on=today - timedelta(days=10), now=now)
        for code in CODES
    ]
    for enrollment_id in found:
        negative(session, enrollment_id, 3)
    cast.another_lead(session)
    return found


def negative(session: Session, enrollment_id: int, days_ago: int) -> None:
    now = clock.now()
    on_day = clock.day_at(now, "America/New_York") - timedelta(days=days_ago)
    record_visit(
        session, enrollment_id=enrollment_id, visit=NewVisit("cocaine-negative", on_day, cast.negative()),
        key=cast.key(), actor=cast.rosa, now=now,
    )  # fmt: skip


def signed_in(visitor: Visitor, username: str) -> None:
    """Hand the computer to somebody else."""
    visitor.click("Sign out")
    visitor.sign_in(username)


def test_a_preset_becomes_the_next_version_and_its_first_week_is_read(visitor: Visitor, given: Given) -> None:
    enrollments = given(twelve_clients)
    page = visitor.page

    # Miriam begins from the preset and changes what the first test pays.
    visitor.sign_in("miriam")
    visitor.go("/schedules")
    visitor.click("Find a preset", "link")
    visitor.click("Look at Voucher ladder for cocaine, 12 weeks", "link")
    visitor.click("Make a draft of it")
    draft = page.url
    page.get_by_label("First visit pays").first.fill("12")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**checked=1*")
    visitor.look()

    # She tries it with invented clients, and with what really happened.
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("10,000 invented clients", timeout=LONG)
    visitor.look()
    visitor.click("Replay what happened", "link")
    # Each of the twelve would have had 12 points instead of 10, half a dollar more.
    visitor.sees("12 of 12 get more", "$36.00", "$30.00", "Nothing was written.")

    # Daniel sends it back with a note, and approves it once it is changed.
    page.goto(draft)
    page.get_by_role("button", name="Send to second lead").click()
    page.get_by_label("The next version, 2, of").check()
    page.get_by_label("What it is for").fill("Starting should feel worth it")
    visitor.click("Send to a second lead")
    signed_in(visitor, "daniel")
    page.get_by_role("link", name="Decide").click()
    page.get_by_label("Note to whoever sent it").fill("Please let it stop at 80 points.")
    visitor.click("Send back with the note")
    signed_in(visitor, "miriam")
    page.goto(draft)
    visitor.sees("Please let it stop at 80 points.")
    page.get_by_label("Highest value").first.fill("80")
    page.get_by_role("button", name="Send to second lead").click()
    page.get_by_label("The next version, 2, of").check()
    page.get_by_label("What it is for").fill("It stops at 80 points now")
    visitor.click("Send to a second lead")
    signed_in(visitor, "daniel")
    page.get_by_role("link", name="Decide").click()
    page.get_by_label("From which day").fill(str(clock.day_at(clock.now(), "America/New_York")))
    visitor.click("Approve and publish")
    visitor.sees("Published.", "by Daniel, sent by Miriam")

    # The list says what changes for each client, and moves them from today on.
    page.get_by_role("link", name="Move its clients…").click()
    visitor.look()
    visitor.click("Show what changes")
    visitor.sees("HS-20", "HS-31", "15 points now, 17 points then")
    # Amir of the cast stays with the old version. (On most days his weeks are over, and the box is empty.)
    page.get_by_role("checkbox", name="HS-1 Amir").uncheck()
    page.get_by_label("Why, in a few words").fill("The leads agreed")
    visitor.click("Move 12 clients")
    expect(page.get_by_role("status")).to_contain_text("12 clients moved.")

    # Rosa records the next test of one of them, and the others come, too.
    signed_in(visitor, "rosa")
    visitor.go(f"/enrollments/{enrollments[0]}/0/visits/new")
    page.get_by_label("Specimen ID").fill("U-1")
    visitor.click("Save, the rest is negative")
    visitor.sees("17 points for a negative test, the 2nd in a row.", "22 points, and 40 more as a bonus.")
    for enrollment_id in enrollments[1:]:
        given(negative, enrollment_id, 0)

    # The report of the first week: 12 tests of 17 points, $4.25 each.
    signed_in(visitor, "miriam")
    today = clock.day_at(clock.now(), "America/New_York")
    visitor.go(f"/reports/cost?since={today}&until={today + timedelta(days=6)}&by=schedule")
    expect(page.get_by_role("heading", level=1)).to_have_text("Incentives cost $51.00 in these days.")
    row = page.get_by_role("row", name="All")
    expect(row).to_contain_text("$51.00")
    expect(row).to_contain_text("$4.25")
