"""The card in a real browser: one screen on every tablet, in every language, for clients in every state."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from tests import cast, week
from tests.browser.conftest import TAGS, open_card
from tests.drawing import dora
from tests.redeeming import redeem_at_once

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
TABLETS = [(768, 1024), (1024, 768), (1280, 800)]
URINE = "cocaine-negative"
DAYS = [7 * number + day for number in range(12) for day in (0, 2, 4)]


def client_of(session: Session, letters: str) -> str:
    """Open HS-50, with a letter for each of their days so far, the last of them a week ago or less. Return the code.

    The client has a plan: a test at nine on three days of each week from today on.
    """
    now = clock.now()
    starts_on = clock.day_at(now, "America/New_York") - timedelta(weeks=len(letters) // 3 + 1)
    client_id = open_client(
        session, code="HS-50", preferred_name="Kim", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=now
    )
    set_pin(session, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=cast.leo, now=now)
    enrollment_id = enroll_client(
        session, client_id=client_id, schedule_version_id=cast.HIGGINS, starts_on=starts_on, key=cast.key(),
        actor=command(), now=now,
    )  # fmt: skip
    tests = week.tests(session)
    week.plan(
        session, week.item(tests, "01234", URINE), enrollment_id=enrollment_id, from_on=starts_on, now=now,
        actor=cast.rosa,
    )  # fmt: skip
    for day, letter in zip(DAYS, letters, strict=False):
        evidence = {"N": cast.negative(), "P": cast.positive(), "E": cast.EXCUSED}[letter]
        on = starts_on + timedelta(days=day)
        record_visit(
            session, enrollment_id=enrollment_id, visit=NewVisit(URINE, on, evidence), key=cast.key(),
            actor=cast.rosa, now=now,
        )  # fmt: skip
    return "HS-50"


def newcomer(session: Session) -> str:
    return client_of(session, "")


def after_a_lapse(session: Session) -> str:
    return client_of(session, "N" * 11 + "P" + "NNN")


def right_after_a_lapse(session: Session) -> str:
    return client_of(session, "N" * 11 + "P")


def long_history(session: Session) -> str:
    return client_of(session, "N" * 24)


def drawing(session: Session) -> str:
    client_id = dora(session)
    set_pin(session, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=cast.rosa, now=clock.now())
    return "HS-9"


def paused(session: Session) -> str:
    code = client_of(session, "NNNNNN")
    cast.pause(session, 3, clock.day_at(clock.now(), "America/New_York").isoformat(), now=clock.now())
    return code


def spent(session: Session) -> str:
    code = client_of(session, "NN")
    redeem_at_once(session, client_id=3, prize_id=cast.MUG, now=clock.now())
    return code


CLIENTS = [newcomer, after_a_lapse, right_after_a_lapse, long_history, drawing, paused, spent]


def open_in(page: Page, at: str, code: str, language: str) -> None:
    """Open a card and choose its language."""
    open_card(page, at, code)
    if page.evaluate("document.documentElement.lang") != language:
        with page.expect_navigation():
            page.locator(f"header button[name=language][value={language}]").click()
        page.locator(".keep-language").evaluate("one => one.remove()")


def check_axe(page: Page) -> None:
    report = Axe().run(page, options={"runOnly": [*TAGS, "best-practice"], "resultTypes": ["violations"]})
    assert report.violations_count == 0, report.generate_report()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("of", CLIENTS, ids=lambda of: str(of.__name__))
def test_the_card_is_one_screen_on_a_tablet_and_accessible_everywhere(
    page: Page, at: str, given: Given, of: Callable[[Session], str], language: str
) -> None:
    code = given(of)
    open_in(page, at, code, language)
    for width, height in TABLETS:
        page.set_viewport_size({"width": width, "height": height})
        size = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        assert size == [height, width], f"{code} at {width} x {height} in {language}"
        cut = page.evaluate(
            "[...document.querySelectorAll('.card-grid .panel')]"
            ".filter(one => one.scrollHeight > one.clientHeight + 1).map(one => one.className)"
        )
        assert cut == [], f"{width} x {height}"
    check_axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    # A phone scrolls a little: not twice its height.
    assert page.evaluate("document.documentElement.scrollHeight") < 1110
    check_axe(page)
    for target in page.locator("main a, main button, main summary").all():
        box = target.bounding_box()
        assert box is not None and box["height"] >= 48 and box["width"] >= 48


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_drawing_says_in_words_what_it_shows(page: Page, at: str, given: Given) -> None:
    open_card(page, at, given(after_a_lapse))
    page.set_viewport_size({"width": 768, "height": 1024})
    drawing = page.get_by_role(
        "img", name="You are here. The next step is 25 points. Then 30. Then 60, and a flag: 40 extra."
    )
    expect(drawing).to_have_count(1)
    expect(page.locator("main")).to_contain_text("2 more visits, then your step is 60")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_one_line_of_the_history_is_open_at_a_time(page: Page, at: str, given: Given) -> None:
    open_card(page, at, given(after_a_lapse))
    page.get_by_role("link", name="History").click()
    page.wait_for_url("**/kiosk/history*")
    check_axe(page)
    lines = page.locator("details.line")
    lines.nth(0).locator("summary").click()
    expect(page.locator("details.line[open]")).to_have_count(1)
    lines.nth(1).locator("summary").click()
    expect(page.locator("details.line[open]")).to_have_count(1)
    expect(lines.nth(1)).to_contain_text("Counted")
    check_axe(page)
    page.get_by_role("link", name="Show older days").click()
    expect(page.get_by_role("link", name="Show newer days")).to_be_visible()
    page.get_by_role("link", name="My card").click()
    expect(page.get_by_role("heading", name="Your next step: 25 points")).to_be_visible()


LAPSE = re.compile(
    r"cocaine|stimulant|drug|urine|lapse|positive|negative|missed|reset|broke|did not count|not met|\b0 points|\b0 in a row",
    re.IGNORECASE,
)
# How a closed line of the history looks, but for its day: a line of a lapse looks like any other.
LOOKS_OF_LINES = """() => [...document.querySelectorAll('details.line summary')].map(one => {
  const shown = [...one.querySelectorAll('*'), one].map(each => {
    const style = getComputedStyle(each);
    return [each.tagName, each.getAttribute('class'), style.color, style.backgroundColor, style.fontWeight, style.borderColor];
  });
  return JSON.stringify([shown, one.querySelector('.what').textContent]);
})"""


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [*TABLETS, (360, 740)], ids=lambda size: "x".join(map(str, size)))
def test_a_bystander_reads_no_lapse_and_with_one_touch_no_amount(
    page: Page, at: str, given: Given, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_card(page, at, given(right_after_a_lapse))
    expect(page.get_by_role("heading", name="Your next step: 10 points")).to_be_visible()
    assert LAPSE.findall(page.locator("body").inner_text()) == []
    with page.expect_navigation():
        page.locator("button[name=hides][value=yes]:visible").click()
    assert re.findall(r"\$\s?\d|\d+ points", page.locator("body").inner_text()) == []
    page.get_by_role("link", name="History").first.click()
    page.wait_for_url("**/kiosk/history*")
    expect(page.locator("details.line[open]")).to_have_count(0)
    assert LAPSE.findall(page.locator(".lines-of").inner_text()) == []
    looks = page.evaluate(LOOKS_OF_LINES)
    assert len(looks) == 8 and len(set(looks)) == 1
