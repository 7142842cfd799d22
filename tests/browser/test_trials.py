"""A lead tries a draft in the browser: with invented clients, which a script counts, and with real visits."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy.orm import Session

from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.queries.schedules.presets import preset
from tests import cast
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
# Ten thousand clients on a machine that runs other tests, too.
LONG = 60_000
MARCH = "since=2026-03-01&until=2026-03-31"


def a_draft(session: Session) -> int:
    """A ladder that begins higher and ends at 14 points, under a ceiling of $400."""
    document = preset("higgins-voucher")
    document["tracks"][0]["phases"][0] |= {"base": 12, "cap": 14}
    document["ceilings"] = [{"scope": "calendar_year", "cents": 200_00}]
    return save_draft(session, document=document, actor=cast.miriam, now=cast.NOW)


def result(visitor: Visitor, words: str) -> None:
    """Wait for a result, and look at its page."""
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(words, timeout=LONG)
    visitor.look()


def test_a_lead_tries_a_draft_and_changes_what_is_assumed(visitor: Visitor, given: Given) -> None:
    draft_id, page = given(a_draft), visitor.page
    visitor.sign_in("miriam")
    visitor.go(f"/schedules/drafts/{draft_id}/try")
    # The script begins by itself, and the heading says the result.
    result(visitor, "10,000 invented clients")
    visitor.sees("reach the ceiling of $200", "You will owe about")
    changes = {"The first one": 100, "After a negative": 100, "Missed": 0, "Stop coming, a week": 0}
    for label, value in changes.items():
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("button", name="Run again").click()
    # 36 tests with 12 bonuses of 40 points are more than $200.
    result(visitor, "$200 each on average")
    assert "stops=0" in page.url and "run=" not in page.url, "the address keeps what is assumed"
    page.get_by_label("Begin together").fill("0")
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("Enter a whole number from 1 to 500.")).to_be_visible(timeout=LONG)
    visitor.look()


def test_without_a_script_the_page_answers_in_one_go(context: BrowserContext, at: str, given: Given) -> None:
    draft_id = given(a_draft)
    browser = context.browser
    assert browser is not None
    page = browser.new_page(java_script_enabled=False)
    page.set_default_timeout(LONG)
    page.goto(f"{at}/sign-in")
    page.locator("#username").fill("miriam")
    page.locator("#password").fill(cast.PASSWORD)
    page.locator("main button").first.click()
    page.goto(f"{at}/schedules/drafts/{draft_id}/try")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("10,000 invented clients", timeout=LONG)
    # What showed the progress is gone.
    expect(page.get_by_text("Inventing clients")).to_be_hidden()
    page.close()


def test_a_lead_replays_what_happened_and_moves_from_bar_to_bar(visitor: Visitor, given: Given) -> None:
    given(cast.rich)
    given(cast.transfer, cast.BEA, cast.HARBOR)
    given(cast.visit, 0, cast.positive(), enrollment_id=cast.BEA)
    given(cast.visit, 2, enrollment_id=cast.BEA)
    draft_id, page = given(a_draft), visitor.page
    visitor.sign_in("miriam")
    visitor.go(f"/schedules/drafts/{draft_id}/replay?{MARCH}")
    visitor.sees("1 of 2 get more, 1 less", "Nothing was written.", "The ladder pays less")
    bars = page.locator("[data-bars] a")
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    expect(bars.nth(1)).to_have_attribute("aria-label", "HS-1: $1.25 less")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/schedules/drafts/{draft_id}/replay/1?*")
    visitor.look()
    visitor.sees("HS-1, Mar 1, 2026 to Mar 31, 2026", "60 points", "54 points", "the ladder pays less")
