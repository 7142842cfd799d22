"""Prizes in the browser: staff offer them, clients confirm and draw, and leads deliver and count them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from tests import cast
from tests.browser.conftest import DESK, PHONE, TABLET, Visitor, open_card
from tests.drawing import dora, shelved
from tests.test_pictures import sent

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def test_a_client_redeems_points_for_a_prize_on_the_staff_screen(visitor: Visitor, given: Given) -> None:
    given(cast.rich)
    visitor.sign_in("rosa")
    visitor.go("/clients/1")
    visitor.click("Redeem a prize", "link")
    visitor.page.get_by_label("Grocery card").check()
    visitor.page.get_by_label("How many").fill("2")
    visitor.click("Next: the client confirms")
    visitor.sees("This costs 160 points ($40.00) and the client has 85 ($21.25): 75 more are needed ($18.75).")
    visitor.page.get_by_label("Travel mug").check()
    visitor.page.get_by_label("How many").fill("2")
    visitor.click("Next: the client confirms")
    visitor.sees("Let HS-1 confirm", "2 × Travel mug", "You keep 45 points ($11.25).")
    visitor.page.get_by_label("Your PIN").fill("1111")
    visitor.click("Yes, I want it")
    visitor.sees("That PIN is not right.")
    expect(visitor.page.get_by_label("Why the client does not confirm")).to_be_hidden()
    visitor.page.get_by_label("Your PIN").fill(cast.PIN)
    visitor.click("Yes, I want it")
    visitor.sees("Receipt 1", "Travel mug", "−40", "45 points", "with the PIN, on the staff screen")
    visitor.click("Print for the client", "link")
    visitor.sees("Receipt 1", "Travel mug", "40 points")
    visitor.page.evaluate("window.print = () => { window.printed += 1; }; window.printed = 0")
    visitor.click("Print")
    assert visitor.page.evaluate("window.printed") == 1
    visitor.click("To the receipt", "link")
    visitor.click("All receipts", "link")
    visitor.sees("Receipts for HS-1", "2 × Travel mug")


def test_when_a_client_confirms_at_the_kiosk_the_staff_page_moves_on(visitor: Visitor, given: Given, at: str) -> None:
    given(cast.rich)
    visitor.sign_in("rosa")
    visitor.go("/clients/1/redeem")
    visitor.page.get_by_label("Travel mug").check()
    visitor.page.get_by_label("Set it aside").check()
    visitor.click("Next: the client confirms")
    browser = visitor.page.context.browser
    assert browser is not None
    page = browser.new_page()
    client = Visitor(page, at, PHONE)
    client.go("/kiosk/sign-in")
    page.get_by_label("Your code").fill("HS-1")
    page.get_by_label("Your PIN").fill(cast.PIN)
    client.click("Show my points")
    client.sees("Is this right?", "Travel mug", "20 points ($5.00). You keep 65 points ($16.25).")
    page.get_by_label("Your PIN").fill(cast.PIN)
    client.click("Yes, I want it")
    client.sees("It is yours: Travel mug.", "Set aside for you: Travel mug.", "65")
    page.close()
    visitor.page.wait_for_url("**/redemptions/1")
    visitor.sees("It is set aside for the client.", "with the PIN, at the kiosk")
    visitor.click("Hand it over", "link")
    visitor.click("I handed it over")
    visitor.sees("Handed over")
    visitor.go("/prizes/set-aside")
    visitor.sees("Nothing is set aside.")


def test_a_lead_adds_gift_cards_to_the_cabinet(visitor: Visitor) -> None:
    visitor.sign_in("miriam")
    page = visitor.page
    visitor.go("/prizes/new")
    page.get_by_label("Name", exact=True).fill("Grocery card, $10")
    page.get_by_label("Description", exact=True).fill("For fruit, bread and everything that is not restricted")
    page.get_by_label("Category").select_option("gift_card")
    page.get_by_label("Price in dollars").fill("10")
    page.get_by_label("Retail value in dollars").fill("10")
    page.get_by_label("Picture", exact=True).set_input_files(
        {"name": "x.gif", "mimeType": "image/gif", "buffer": b"GIF89a"}
    )
    page.get_by_label("Gift cards with their own numbers").check()
    visitor.click("Add to the catalog")
    visitor.sees("This picture cannot be read.")
    page.get_by_label("Picture", exact=True).set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": sent("PNG")}
    )
    visitor.click("Add to the catalog")
    page.get_by_label("Harbor Street").check()
    page.get_by_label("Last four digits of each card").fill("6011 0009 9013 9424\n1234")
    page.get_by_label("Cost of one").fill("9.50")
    page.get_by_label("Supplier and invoice").fill("Corner Store, invoice 1183")
    visitor.click("Record the delivery")
    visitor.sees("The whole number never belongs here.")
    expect(page.get_by_label("Last four digits of each card")).to_have_value("9424\n1234")
    visitor.click("Record the delivery")
    visitor.sees("Grocery card, $10")
    visitor.go("/counts/new/1")
    visitor.click("Begin to count")
    visitor.sees("The last four digits of each card that is there")


@pytest.mark.parametrize(("kind", "language"), [("sqlite", "en"), ("postgresql", "es")], indirect=["kind"])
def test_a_client_draws_on_a_touch_screen_and_chooses_a_prize(
    browser: Any, at: str, given: Given, language: str
) -> None:
    client_id = given(dora, slips=[{"tier": "small", "count": 6, "cents": 100}])
    prize = given(shelved, "small", 3)
    given(set_pin, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=clock.now())
    words = {
        "en": ("Draw now", "Draw again: 2 left", "A small prize!", "lamp", "This draw can be checked: how",
               "Draw again: 1 left", "Choose later"),
        "es": ("Sortear ahora", "Sacar otra vez: quedan 2", "¡Premio pequeño!", "lámpara",
               "Este sorteo se puede comprobar: cómo", "Sacar otra vez: queda 1", "Elegir después"),
    }[language]  # fmt: skip
    context = browser.new_context(has_touch=True, reduced_motion="reduce" if language == "es" else "no-preference")
    page = context.new_page()
    client = Visitor(page, at, TABLET)
    open_card(page, at, "HS-9")
    if language == "es":  # the record of HS-9 says English
        page.locator("header button[value=es]").click()
    client.click(words[0])
    page.locator("input[type=image]").tap(position={"x": 150, "y": 120})
    expect(page.get_by_role("status")).to_contain_text(words[2], timeout=2000)
    client.look()
    client.sees(words[1], "A small thing")
    page.get_by_text(words[4], exact=True).click()
    client.sees("150,120")
    client.look()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    client.look()
    client.click(words[1], "link")
    client.look()
    page.get_by_role("button", name=words[3]).focus()
    page.keyboard.press("Enter")
    client.click(words[5], "link")
    expect(page.locator("details.drawn")).to_have_count(2)
    page.get_by_role("button", name=words[3]).click()
    client.click(words[6], "link")
    expect(page.locator("input[type=image]")).to_have_count(0)
    context.close()
    page = browser.new_page()
    staff = Visitor(page, at, PHONE if language == "en" else DESK)
    staff.sign_in("rosa")
    staff.go(f"/clients/{client_id}/draws/bowl")  # nothing is left to draw: back to the list
    staff.sees("3 slips to redeem: a small prize")
    staff.click("Choose the prize", "link")
    page.get_by_label("A small thing").check()
    staff.click("Next: the client confirms")
    page.get_by_label("Your PIN").fill(cast.PIN)
    staff.click("Yes, I want it")
    staff.sees("a slip that was drawn: a small prize", f"Receipt {prize and 1}")
    staff.go("/draws/1")
    staff.sees("The slip follows from the program’s part")
    page.close()


def test_a_client_draws_on_the_staff_screen_that_is_turned_to_them(visitor: Visitor, given: Given) -> None:
    client_id = given(dora, slips=[{"tier": "small", "count": 6, "cents": 100}])
    visitor.sign_in("rosa")
    visitor.go(f"/clients/{client_id}/draws")
    visitor.click("Show the bowl")
    visitor.sees("You have 3 draws.")
    expect(visitor.page.get_by_role("navigation", name="Main")).to_have_count(0)
    visitor.click("lamp")
    visitor.sees("Your slip says: a small prize!", "You have 2 draws.")
    visitor.click("Give the screen back", "link")
    visitor.sees("1 slip to redeem: a small prize", "2 draws available.")


def test_a_lead_records_a_delivery(visitor: Visitor, given: Given) -> None:
    given(cast.rich)
    page = visitor.page
    visitor.sign_in("miriam")
    visitor.go("/prizes/1/deliver")
    page.get_by_label("Harbor Street").check()
    page.get_by_label("How many").fill("3")
    page.get_by_label("Supplier and invoice").fill("Corner Store, invoice 1182")
    visitor.click("Record the delivery")
    visitor.sees("Enter what one cost, such as 4.50; 0 for a donation.")
    page.get_by_label("Cost of one, in dollars").fill("4.50")
    visitor.click("Record the delivery")
    expect(page.locator("body")).to_contain_text("The delivery is recorded.")
    visitor.go("/prizes")
    visitor.sees("8")


def test_a_blind_count_with_a_loss_that_a_lead_signs(visitor: Visitor) -> None:
    """Rosa counts, Leo finds something else and then the same, and Miriam signs the loss."""
    page = visitor.page
    visitor.sign_in("rosa")
    visitor.go("/counts")
    visitor.click("Count at Harbor Street", "link")
    visitor.click("Begin to count")
    other_tab = page.context.new_page()
    other_tab.goto(visitor.at + "/prizes")
    expect(other_tab.locator("tr", has_text="Travel mug")).to_contain_text("being counted")
    other_tab.close()
    page.get_by_label("Travel mug").fill("3")
    visitor.click("Save the count")
    visitor.sees("Enter how many there are, or 0 for none.")
    page.get_by_label("Grocery card").fill("1")
    visitor.click("Save the count")
    visitor.sees("You counted this.")
    expect(page.locator("main")).not_to_contain_text("In the ledger")
    visitor.click("Sign out")
    visitor.sign_in("leo")
    visitor.go("/counts/1")
    expect(page.locator("main")).not_to_contain_text("In the ledger")
    visitor.click("I find something else: count", "link")
    page.get_by_label("Travel mug").fill("4")
    page.get_by_label("Grocery card").fill("1")
    visitor.click("Save the count")
    visitor.sees("You counted this.", "All counts of this round", "Travel mug 3")
    visitor.click("Not right: count again", "link")
    page.get_by_label("Travel mug").fill("3")
    page.get_by_label("Grocery card").fill("1")
    visitor.click("Save the count")
    visitor.go("/counts/1")
    visitor.sees("2 missing, worth $10.00; 0 more than in the ledger.", "who counted as well and found the same")
    visitor.sees("A lead or an auditor who did not count has to sign this.")
    visitor.click("Sign out")
    visitor.sign_in("miriam")
    visitor.sees("2 prizes are missing from the cabinet", "Harbor Street · worth $10.00")
    page.get_by_role("link", name=re.compile("Decide.*2 prizes are missing")).click()
    page.get_by_label("What you think happened").fill("Two went to the open house")
    visitor.click("Sign, and book the difference")
    visitor.sees("Signed by Miriam", "Two went to the open house")
    visitor.go("/counts")
    visitor.sees("signed by Miriam", "$10.00")


def test_a_lead_changes_a_price_and_prints_the_list_and_the_tags(visitor: Visitor) -> None:
    visitor.sign_in("miriam")
    visitor.go("/prizes/1/edit")
    visitor.page.get_by_label("Price in dollars").fill("6.10")
    visitor.page.get_by_label("Retail value in dollars").fill("6.10")
    visitor.click("Save")
    visitor.go("/prizes")
    visitor.click("list of Harbor Street", "link")
    # $6.10 are 24.4 points of 25 cents: the next whole number.
    visitor.sees("A point is worth $0.25.", "Travel mug", "Vaso térmico", "$6.10")
    expect(visitor.page.get_by_role("row", name="Travel mug")).to_contain_text("25")
    expect(visitor.page.get_by_role("button", name="Print")).to_be_visible()
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("button", name="Print")).to_be_hidden()
    visitor.page.emulate_media(media="screen")
    visitor.click("Shelf tags", "link")
    visitor.sees("Travel mug", "25 points", "$6.10")
