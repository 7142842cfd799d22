"""A scanned ID card in the browser: how many keys an all-negative test takes, and that a scan records nothing."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.models import IdCard, SlotNote, VisitRow
from cm_tracker.operations.clients.issue_card import issue_card
from tests import cast, week
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
EVERY_DAY = "0123456"


def clinic(session: Session) -> str:
    """Dee has a session that is over, a test today, and a card. Return its number."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    tests = week.service(
        session, "Urine tests", "test_visit", week.meetings(EVERY_DAY, time(0), 20), leader_id=None,
        from_on=today - timedelta(days=30), now=now,
    )  # fmt: skip
    session_id = week.service(
        session, "Individual session", "individual", week.meetings(EVERY_DAY, time(0), 10),
        from_on=today - timedelta(days=30), now=now,
    )  # fmt: skip
    dee = week.newcomer(session, "HS-2", version_id=cast.HIGGINS, starts_on=today, now=now)
    week.plan(
        session,
        week.item(session_id, EVERY_DAY),
        week.item(tests, EVERY_DAY, "cocaine-negative"),
        enrollment_id=dee,
        from_on=today,
        now=now,
    )
    card_id = issue_card(session, client_id=3, key=cast.key(), actor=cast.rosa, now=now)
    return session.execute(select(IdCard.number).where(IdCard.id == card_id)).scalar_one()


def recorded(session: Session) -> int:
    """Return how many notes of the day and visits there are."""
    return sum(session.execute(select(func.count()).select_from(table)).scalar_one() for table in (SlotNote, VisitRow))


class Keys:
    """A keyboard that counts its keys. A scan counts as the one key that ends it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def scan(self, number: str) -> None:
        self.page.keyboard.type(number)
        self.press("Enter")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1


def test_from_a_scanned_card_an_all_negative_test_takes_three_keys(visitor: Visitor, given: Given) -> None:
    number = given(clinic)
    visitor.sign_in("rosa")
    keys = Keys(visitor.page)
    with visitor.page.expect_navigation(url="**/clients/3"):
        keys.scan(number)
    visitor.look()
    assert number not in visitor.page.url and number not in visitor.page.content()
    assert given(recorded) == 0, "a scan records nothing"
    keys.press("Tab")
    expect(visitor.page.get_by_role("button", name="Negative", exact=True)).to_be_focused()
    assert given(recorded) == 0
    with visitor.page.expect_navigation(url="**/visits/*"):
        keys.press("Enter")
    visitor.look()
    visitor.sees("10 points")
    assert keys.pressed == 3


def test_from_a_scanned_card_an_all_negative_test_takes_one_click(visitor: Visitor, given: Given) -> None:
    number = given(clinic)
    visitor.sign_in("rosa")
    with visitor.page.expect_navigation(url="**/clients/3"):
        Keys(visitor.page).scan(number)
    visitor.click("Negative")
    visitor.sees("10 points")


@pytest.mark.parametrize("where", ["Negative", "Absent…"])
def test_a_scan_presses_nothing_that_has_the_focus(visitor: Visitor, given: Given, where: str) -> None:
    number = given(clinic)
    visitor.sign_in("rosa")
    visitor.go("/clients/3")
    role: Any = "button" if where.startswith("Negative") else "link"
    visitor.page.get_by_role(role, name=where, exact=True).focus()
    with visitor.page.expect_navigation(url="**/clients/3"):
        Keys(visitor.page).scan(number)
    assert given(recorded) == 0


def test_a_scan_sends_no_form_that_is_half_filled_in(visitor: Visitor, given: Given) -> None:
    number = given(clinic)
    visitor.sign_in("rosa")
    visitor.go("/clients/new")
    visitor.page.get_by_label("Preferred name").focus()
    with visitor.page.expect_navigation(url="**/clients/3"):
        Keys(visitor.page).scan(number)


def test_an_unknown_card_says_so_and_the_next_scan_works(visitor: Visitor, given: Given) -> None:
    number = given(clinic)
    visitor.sign_in("rosa")
    keys = Keys(visitor.page)
    with visitor.page.expect_navigation(url="**/clients"):
        keys.scan("7" * 39)
    visitor.sees("This card is not known at your sites.")
    visitor.look()
    with visitor.page.expect_navigation(url="**/clients/3"):
        keys.scan(number)


def test_at_the_kiosk_the_scanner_goes_on_to_the_pin(visitor: Visitor, given: Given) -> None:
    number = given(card_of_amir)
    visitor.go("/kiosk/sign-in")
    Keys(visitor.page).scan(number)
    expect(visitor.page.get_by_label("Your PIN")).to_be_focused()
    visitor.page.keyboard.type(cast.PIN)
    with visitor.page.expect_navigation(url="**/kiosk/card*"):
        visitor.page.keyboard.press("Enter")


def card_of_amir(session: Session) -> str:
    """Issue a card to Amir and return its number."""
    card_id = issue_card(session, client_id=cast.AMIR, key=cast.key(), actor=cast.rosa, now=clock.now())
    return session.execute(select(IdCard.number).where(IdCard.id == card_id)).scalar_one()


def test_the_pages_of_cards_and_counselors_are_accessible(visitor: Visitor, given: Given) -> None:
    given(clinic)
    visitor.sign_in("rosa")
    for path in ("/id-cards", "/id-cards/print?clients=3&paper=letter", "/clients/3/id-card", "/clients/1/id-card",
                 "/clients/3/counselor", "/clients"):  # fmt: skip
        visitor.go(path)


def test_the_front_desk_works_with_a_card(visitor: Visitor, given: Given) -> None:
    number = given(clinic)
    given(lambda session: cast.front_desk(session) and None)
    visitor.sign_in("nora")
    visitor.look()
    keys = Keys(visitor.page)
    with visitor.page.expect_navigation(url="**/clients/3"):
        keys.scan(number)
    visitor.look()
    keys.press("Tab")
    with visitor.page.expect_navigation(url="**/clients/3"):
        keys.press("Enter")
    visitor.sees("Urine tests")
    assert given(recorded) == 1, "they have arrived"
    assert keys.pressed == 3
