"""Tablets in a browser: pairing, revoking, two kiosks for one client, a PIN tried with many codes, and a first PIN."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import cast
from tests.browser.conftest import DESK, Visitor

Given = Callable[..., Any]
# The sizes at which the kiosk is looked at: a tablet upright and lying, a screen, a phone.
SIZES = [(768, 1024), (1024, 768), (1280, 800), (360, 740)]
ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
ON_BOTH = pytest.mark.parametrize(
    ("kind", "size"), [("sqlite", SIZES[0]), ("sqlite", SIZES[3]), ("postgresql", SIZES[1])], indirect=["kind"]
)


@pytest.fixture
def tablet(browser: Browser, at: str) -> Iterator[Callable[..., Visitor]]:
    """Return a function that takes another tablet: a browser of its own, with a token or not paired."""
    contexts = []

    def take(size: tuple[int, int] = SIZES[0], token: str | None = cast.TOKENS[cast.HARBOR]) -> Visitor:
        contexts.append(browser.new_context(locale="en-US"))
        visitor = Visitor(contexts[-1].new_page(), at, size, tablet=None)
        if token is not None:
            visitor.pair(token)
        return visitor

    yield take
    for context in contexts:
        context.close()


def types(client: Visitor, code: str = "HS-1", pin: str = cast.PIN) -> None:
    """Type a code and a PIN at the sign-in, and send them."""
    client.page.goto(f"{client.at}/kiosk/sign-in")
    client.page.get_by_label("Your code").fill(code)
    client.page.get_by_label("Your PIN").fill(pin)
    with client.page.expect_navigation():
        client.page.get_by_role("button", name="Show my points").click()


def sees_card(client: Visitor) -> None:
    client.page.wait_for_url("**/kiosk/card*")
    client.sees("85")


@ON_BOTH
def test_a_lead_pairs_a_tablet_and_revokes_it_under_an_open_card(
    tablet: Callable[..., Visitor], given: Given, size: tuple[int, int]
) -> None:
    given(cast.rich)
    new = tablet(size, None)
    new.go("/kiosk")
    new.sees("This tablet is not set up yet", "A lead can set it up with a code.")
    lead = tablet(size, None)
    lead.sign_in("miriam")
    lead.go("/sites")
    lead.click("Kiosk devices", "link")
    lead.click("Pair a tablet", "link")
    lead.page.get_by_label("Name of the tablet").fill("Quiet room")
    lead.click("Make a code")
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", lead.page.locator("main").inner_text())
    assert code is not None
    new.page.get_by_label("Pairing code").fill(code.group().lower())
    new.click("Set up this tablet")
    types(new)
    sees_card(new)
    lead.click("Done", "link")
    lead.sees("Quiet room", "Front room tablet")
    lead.click("Revoke Quiet room, Harbor Street")
    lead.sees("The tablet is revoked.")
    new.page.reload()
    new.sees("This tablet is not set up yet")
    new.page.go_back()
    expect(new.page.locator("main")).not_to_contain_text("85")


@ON_BOTH
def test_two_kiosks_for_one_client_do_not_lock_each_other(
    tablet: Callable[..., Visitor], given: Given, size: tuple[int, int]
) -> None:
    """Somebody guesses at one tablet until it waits. The client signs in at the other one, and staff see the wait."""
    given(cast.rich)
    given(cast.pair, cast.HARBOR, "Second tablet", "the-second-token")
    guesser, own = tablet(size, "the-second-token"), tablet(size)
    guesser.go("/kiosk")
    for _ in range(5):
        types(guesser, pin="9999")
        guesser.sees("That code and PIN do not match.")
    types(guesser)
    guesser.sees("Too many tries. Wait 10 minutes")
    own.go("/kiosk")
    types(own)
    sees_card(own)
    staff = tablet(DESK, None)
    staff.sign_in("rosa")
    staff.go("/clients/1")
    staff.sees("Too many wrong PINs: locked until")
    staff.click("Unlock")
    staff.sees("Unlocked. The PIN can be typed again now.")
    types(guesser)
    sees_card(guesser)
    # A client has one open card: the other one is closed.
    own.page.reload()
    expect(own.page.locator("main")).not_to_contain_text("85")


@ON_BOTH
def test_one_pin_tried_with_many_codes_stops_the_tablet_and_a_lead_sees_it(
    tablet: Callable[..., Visitor], given: Given, size: tuple[int, int]
) -> None:
    given(cast.rich)
    guesser = tablet(size)
    guesser.go("/kiosk")
    for n in range(8):
        types(guesser, f"GUESS-{n}")
        guesser.sees("That code and PIN do not match.")
    types(guesser, "GUESS-8")
    guesser.sees("Too many tries. Wait 10 minutes")
    guesser.look()
    lead = tablet(size, None)
    lead.sign_in("miriam")
    lead.sees("Too many wrong codes were typed at the kiosk: Front room tablet, Harbor Street.")
    lead.click("Look into it", "link")
    lead.sees("It takes codes again at")
    lead.click("I have looked into it at Front room tablet")
    lead.sees("The tablet takes codes again.")
    types(guesser)
    sees_card(guesser)


@pytest.mark.parametrize("size", SIZES)
@ON_SQLITE
def test_a_client_without_a_pin_chooses_one_with_a_member_of_staff(
    tablet: Callable[..., Visitor], size: tuple[int, int]
) -> None:
    staff = tablet(DESK, None)
    staff.sign_in("rosa")
    staff.go("/clients/new")
    staff.page.get_by_role("textbox", name="Client code", exact=True).fill("HS-77")
    staff.click("Add the client")
    client = tablet(size)
    client.go("/kiosk/sign-in")
    client.click("I have no PIN yet", "link")
    client.page.get_by_label("Your code").fill("hs77")
    client.page.get_by_label("Staff: user name").fill("rosa")
    client.page.get_by_label("Staff: password").fill("a wrong password")
    client.click("Approve")
    client.sees("This user name and password cannot approve a PIN here.")
    client.page.get_by_label("Your code").fill("hs77")
    client.page.get_by_label("Staff: user name").fill("rosa")
    client.page.get_by_label("Staff: password").fill(cast.PASSWORD)
    client.click("Approve")
    client.page.get_by_label("Your new PIN").fill("7391")
    client.page.get_by_label("The same PIN again").fill("7391")
    client.click("Keep this PIN")
    client.sees("Your PIN is set.")
    types(client, "HS-77", "7391")
    client.page.wait_for_url("**/kiosk/card*")


@ON_SQLITE
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES)
def test_targets_of_the_pages_for_pairing_and_for_a_first_pin_are_large(
    tablet: Callable[..., Visitor], size: tuple[int, int], language: str
) -> None:
    for visitor, path in ((tablet(size, None), "/kiosk/pair"), (tablet(size), "/kiosk/no-pin")):
        visitor.go(f"{path}?lang={language}")
        sizes = visitor.page.locator("main :is(a, button, input:not([type=hidden]))").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
        )
        assert sizes and min(min(size) for size in sizes) >= 48, (path, sizes)
