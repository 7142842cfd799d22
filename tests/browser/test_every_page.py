"""Every page of staff fits the screen at each width and zoom, and works by keyboard and without script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests import cast
from tests.whole_clinic import addresses, everything

# 1280 px at a zoom of 200 % show a page of 640.
WIDTHS = (360, 640, 820, 1280)
# The pages of the kiosk have walks of their own.
ELSEWHERE = frozenset({
    "static", "kiosk", "kiosk_cards", "kiosk_history", "kiosk_looks", "kiosk_pairing", "kiosk_pins",
    "kiosk_questions", "kiosk_rewards", "kiosk_slips", "health", "metrics",
})  # fmt: skip
# What is no page, and pages that lead elsewhere as long as nobody has done what they are about.
NOT_HERE = frozenset({
    "start.sign_in", "prizes.show_picture", "ledger.download", "audit.download", "services.sites", "draws.kiosk",
    "hours.new", "offers.show", "redemptions.give", "schedules.edit", "schedules.edit_document",
    "schedule_files.of_version", "schedule_files.of_draft",
    "schedules.draft_difference", "approvals.publish", "approvals.review", "panels.new_lot", "draws.bowl", "draws.show",
    "draws.choose", "trades.new", "counts.new", "counts.show", "enrollments.withdraw",
    "checks.show", "viewings.download", "trials.run_trial", "identities.new", "identities.show", "factor.passkey",
    "money.tax_year_file", "handed_out.download", "reports.download", "lists.columns", "lists.research_file", "saved_reports.download",
    "imports.rejects", "imports.progress",
})  # fmt: skip
MOST_TABS, FEW_TABS = 250, 15

# Where the focus is: whether it is seen (after the last field it leaves the page), whether it is the page's primary action,
# and what it is.
FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return [ring || style.boxShadow !== 'none' || one === document.body, one.matches('main .btn-primary'), one.outerHTML.slice(0, 120)];
}"""


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


@pytest.fixture
def pages(live: tuple[Flask, str], given: Callable[..., Any]) -> dict[str, str]:
    """Fill the clinic, and return every page by its endpoint."""
    live[0].config["DEMONSTRATION"] = True
    given(everything)
    found = addresses(live[0])
    return {endpoint: found[endpoint] for endpoint in found if endpoint.split(".")[0] not in ELSEWHERE}


def walk(context: BrowserContext, pages: dict[str, str]) -> Iterator[Page]:
    """Yield every page that a lead or an admin is shown, once. Whoever adds a page sees it here, or lists it above."""
    walked: set[str] = set()
    for username in ("miriam", "sam"):
        context.clear_cookies()
        page = context.new_page()
        sign_in(page, username)
        for endpoint in sorted(pages.keys() - NOT_HERE - walked):
            answer = page.goto(pages[endpoint])
            assert answer is not None
            if answer.status == 200:
                walked.add(endpoint)
                yield page
        page.close()
    assert ", ".join(sorted(NOT_HERE ^ (pages.keys() - walked))) == ""


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_page_fits_the_screen(browser: Browser, live: tuple[Flask, str], pages: dict[str, str]) -> None:
    with browser.new_context(base_url=live[1]) as context:
        wide = []
        for page in walk(context, pages):
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                wide += [(page.url, width)] if is_wide else []
        assert wide == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_page_works_by_keyboard_and_without_script(
    browser: Browser, live: tuple[Flask, str], pages: dict[str, str]
) -> None:
    """Tab reaches the page's one action; wherever the focus is, it is seen; and nothing needs a script to fit."""
    with browser.new_context(
        base_url=live[1],
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
        reduced_motion="reduce",
    ) as context:
        wrong = []
        for page in walk(context, pages):
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append((page.url, "too wide"))
            has_action = page.locator("main .btn-primary:visible:not([disabled])").count() > 0
            for _ in range(MOST_TABS if has_action else FEW_TABS):
                page.keyboard.press("Tab")
                is_seen, is_action, what = page.evaluate(FOCUS)
                if not is_seen:
                    wrong.append((page.url, f"no ring: {what}"))
                    break
                if is_action:
                    break
            else:
                if has_action:
                    wrong.append((page.url, "the action is not reached"))
        assert wrong == [], "\n".join(map(str, wrong))
