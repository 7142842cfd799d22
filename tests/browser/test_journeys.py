"""A day at a clinic in the browser: staff record tests, clients look at their card, and leads correct and publish."""

import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.panels import Strip
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.visits.add_lot import add_lot
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.passwords import Hasher
from tests import cast
from tests.browser.conftest import PHONE, TABLET, Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
LONG = "Maximiliano-Bartholomew of the Very Long Preferred Names Indeed"


def enrolled(session: Session, language: str = "en") -> int:
    """Add a client whose enrollment began ten days before today. Return the client's id."""
    now, hasher = clock.now(), Hasher(64, 1)
    client_id = open_client(
        session, code="HS-9", preferred_name=LONG, site_id=cast.HARBOR, language=language, actor=command(), now=now
    )
    set_pin(session, client_id=client_id, pin=cast.PIN, hasher=hasher, actor=command(), now=now)
    starts_on = clock.day_at(now, "America/New_York") - timedelta(days=10)
    enroll_client(
        session,
        client_id=client_id,
        schedule_version_id=cast.HIGGINS,
        starts_on=starts_on,
        key=cast.key(),
        actor=command(),
        now=now,
    )
    return client_id


def a_cup(session: Session) -> None:
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    strips = [Strip("thc", 50), Strip("cocaine", 150), Strip("opiate", 300)]
    panel_id = add_panel(
        session, site_id=cast.HARBOR, name="Blue cup", strips=strips, key=cast.key(), actor=command(), now=now
    )
    add_lot(
        session, panel_id=panel_id, number="A17", expires_on=today + timedelta(days=9), used_from=today, key=cast.key(),
        actor=command(), now=now,
    )  # fmt: skip


def test_one_stroke_records_a_cup_that_is_all_negative(visitor: Visitor, given: Given) -> None:
    given(enrolled)
    given(a_cup)
    visitor.sign_in("rosa")
    visitor.sees("Blue cup: lot A17", "expires in 9 days")
    visitor.go("/enrollments/3/0/visits/new")
    visitor.look()
    visitor.page.get_by_label("Specimen ID").fill("U-7")
    for strip in ("Cocaine", "THC", "Opiates"):
        expect(visitor.page.get_by_role("group", name=strip).get_by_label("Negative")).not_to_be_checked()
    visitor.page.get_by_role("button", name="All negative, in range").click()
    visitor.page.get_by_text("Details of this visit").click()
    visitor.sees("U-7")
    visitor.sees("10 points for a negative test.", "Blue cup, lot A17")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_results_of_a_strip_are_joined_buttons_for_fingers_and_for_the_keyboard(
    visitor: Visitor, given: Given
) -> None:
    given(enrolled)
    given(a_cup)
    visitor.sign_in("rosa")
    visitor.go("/enrollments/3/0/visits/new")
    visitor.look()
    strip = visitor.page.get_by_role("group", name="Cocaine")
    places = [
        strip.get_by_text(word, exact=True).locator("xpath=..").bounding_box() for word in ("Negative", "Positive")
    ]
    first, second = (place for place in places if place)
    assert min(first["height"], second["height"]) >= 44
    assert 0 <= second["x"] - first["x"] - first["width"] <= 1, "they are joined"
    strip.get_by_label("Negative").focus()
    visitor.page.keyboard.press("ArrowRight")
    expect(strip.get_by_label("Positive")).to_be_checked()
    expect(strip.get_by_label("Positive")).to_be_focused()
    strip.get_by_label("Lab pending").click()
    expect(strip.get_by_label("Lab pending")).to_be_checked()
    expect(visitor.page.get_by_label("Day")).to_be_hidden()
    visitor.page.get_by_text("change", exact=True).click()
    expect(visitor.page.get_by_label("Day")).to_be_visible()


def test_staff_record_a_negative_test_that_earns_points(visitor: Visitor, given: Given) -> None:
    given(enrolled)
    visitor.sign_in("rosa")
    expect(visitor.page.get_by_label("Client code or name")).to_be_focused()
    visitor.page.keyboard.type("hs-9")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/clients/3")
    visitor.look()
    visitor.sees("HS-9", LONG, "No visit yet. The first one that meets its target earns 10 points.")
    visitor.click("Record a test", "link")
    visitor.page.get_by_label("Specimen ID").fill("U 1")
    visitor.click("Save, the rest is negative")
    visitor.sees("A specimen id has up to 40 letters, digits")
    visitor.page.get_by_label("Specimen ID").fill("U-1")
    visitor.click("Save, the rest is negative")
    visitor.sees("10 points for a negative test.", "Your next visit can earn 15 points.")
    visitor.click("Go to the client’s page", "link")
    visitor.sees("Next visit earns", "15")
    visitor.click("Record a test", "link")
    visitor.click("Save, the rest is negative")
    visitor.sees("This visit is already recorded")
    visitor.click("See what is recorded", "link")
    visitor.sees("10 points for a negative test.")
    visitor.click("Go to the client’s page", "link")
    visitor.click("Record an absence", "link")
    visitor.page.get_by_label("No: the target is not met").check()
    visitor.click("Record")
    visitor.sees("This visit is already recorded")


@pytest.mark.parametrize(
    ("kind", "code", "language"), [("sqlite", "HS-1", "en"), ("postgresql", "MR-1", "es")], indirect=["kind"]
)
def test_a_client_opens_and_closes_their_card_at_the_kiosk(
    page: Page, at: str, given: Given, code: str, language: str
) -> None:
    given(cast.rich)
    client = Visitor(page, at, TABLET, tablet=cast.HARBOR if code == "HS-1" else cast.MILL)
    client.go(f"/kiosk/sign-in?lang={language}")
    words = {
        "en": ("Your code", "Your PIN", "Show my points", "I am done", "points", "That code and PIN"),
        "es": ("Su código", "Su PIN", "Ver mis puntos", "He terminado", "puntos", "Ese código y ese PIN"),
    }[language]
    page.get_by_label(words[0]).fill(code)
    page.get_by_label(words[1]).fill("1111")
    client.click(words[2])
    client.sees(words[5])
    page.get_by_label(words[0]).fill(code)
    page.get_by_label(words[1]).fill(cast.PIN)
    client.click(words[2])
    client.sees(words[4])
    assert "cocaine" not in page.content().lower() and "Amir" not in page.content()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    client.look()
    client.click(words[3])
    assert page.url.startswith(f"{at}/kiosk")
    page.go_back()
    expect(page.locator("main")).not_to_contain_text("85")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_card_closes_by_itself_after_some_seconds(page: Page, live: tuple[Flask, str]) -> None:
    app, at = live
    app.config["KIOSK_SECONDS"] = 3
    client = Visitor(page, at, TABLET)
    client.go("/kiosk/sign-in")
    page.get_by_label("Your code").fill("HS-1")
    page.get_by_label("Your PIN").fill(cast.PIN)
    page.get_by_role("button", name="Show my points").click()
    page.wait_for_url("**/kiosk/card*")
    page.wait_for_url(re.compile(r"/kiosk$"), timeout=8000)
    expect(page.get_by_role("link", name="Touch to begin")).to_be_visible()


def test_a_lead_fixes_a_draft_and_publishes_it_as_the_only_lead(visitor: Visitor) -> None:
    visitor.sign_in("miriam")
    visitor.click("Schedules", "link")
    visitor.click("Find a preset", "link")
    visitor.page.get_by_label("Urine: stimulants").check()
    visitor.page.get_by_label("Cost of a client, up to").fill("600")
    visitor.click("Find presets")
    visitor.sees("4 of 19 fit, the cheapest first")
    visitor.click("Look at Recovery Incentives, 24 weeks", "link")
    visitor.sees("$599.00")
    visitor.click("Make a draft of it")
    visitor.page.get_by_label("First visit pays").first.fill("ten")
    visitor.page.get_by_label("From week").nth(1).fill("15")
    visitor.click("Send to second lead")
    visitor.sees("2 things to settle before this can be tried.", "no gap and no overlap")
    visitor.page.get_by_label("First visit pays").first.fill("24")
    visitor.page.get_by_label("From week").nth(1).fill("13")
    visitor.click("Send to second lead")
    visitor.sees("There is no second lead to approve it.")
    visitor.click("say so once, in writing", "link")
    visitor.page.get_by_label("Your statement").fill("Until the position is filled, I am the only lead.")
    visitor.click("State that there is one lead")
    visitor.sees("Your statement holds")
    visitor.click("All schedules", "link")
    visitor.click("Recovery Incentives, 24 weeks (changed)", "link")
    visitor.click("Send to second lead")
    visitor.page.get_by_label("What it is for").fill("The county pays less at first")
    visitor.click("Publish alone")
    visitor.sees("Version 1, published", "published by one lead", "the first pays 24 points")
    visitor.sees("The first met visit now earns 24 points instead of 40 ($6.00 instead of $10.00).")
    visitor.click("Make a draft of it")
    visitor.click("File", "link")
    visitor.page.get_by_label("Document").fill("{")
    visitor.click("Save and check")
    visitor.sees("This is not JSON")


def a_second_lead(session: Session) -> int:
    return add_demonstration_account(
        session,
        username="daniel",
        display_name="Daniel",
        roles={"lead"},
        site_ids=[cast.HARBOR],
        password=cast.PASSWORD,
        hasher=Hasher(64, 1),
        actor=command("demonstration"),
        now=clock.now(),
    )


def test_two_leads_publish_the_next_version_of_a_schedule(visitor: Visitor, given: Given) -> None:
    given(a_second_lead)
    visitor.sign_in("miriam")
    visitor.go("/schedules/versions/1")
    visitor.click("Make a draft of it")
    visitor.page.get_by_label("First visit pays").first.fill("12")
    visitor.click("Save")
    visitor.click("What differs", "link")
    visitor.sees("1 rule differs", "The first met visit now earns 12 points instead of 10 ($3.00 instead of $2.50).")
    visitor.click("Back to the draft", "link")
    visitor.click("Send to second lead")
    visitor.page.get_by_label("What it is for").fill("Starting should feel worth it")
    visitor.click("Send to a second lead")
    visitor.sees("Choose whether it is a new schedule or the next version of this one.")
    visitor.page.get_by_label("The next version, 2, of").check()
    visitor.click("Send to a second lead")
    visitor.sees("waits for a second lead", "You sent it, so you do not decide.")
    visitor.click("Sign out")
    visitor.sign_in("daniel")
    visitor.sees("A schedule to approve")
    visitor.page.get_by_role("link", name="Decide").click()
    visitor.sees("Miriam asks you to approve", "Starting should feel worth it", "▲ gives more")
    visitor.click("Send back with the note")
    visitor.sees("Say what has to change")
    visitor.page.get_by_label("Note to whoever sent it").fill("Please let it stop at 80 points.")
    visitor.click("Send back with the note")
    visitor.sees("Sent back with your note.", "sent back by Daniel")
    visitor.click("Sign out")
    visitor.sign_in("miriam")
    visitor.click("Schedules", "link")
    visitor.click("Voucher ladder for cocaine, 12 weeks (changed)", "link")
    visitor.sees("Daniel sent it back", "Please let it stop at 80 points.")
    visitor.page.get_by_label("Highest value").first.fill("80")
    visitor.click("Send to second lead")
    visitor.page.get_by_label("The next version, 2, of").check()
    visitor.page.get_by_label("What it is for").fill("It stops at 80 points now")
    visitor.click("Send to a second lead")
    visitor.click("Sign out")
    visitor.sign_in("daniel")
    visitor.page.get_by_role("link", name="Decide").click()
    visitor.sees("It rises to 80 points ($20.00) and stays there. Before, it had no end.")
    visitor.click("Approve and publish")
    visitor.sees("Published.", "by Daniel, sent by Miriam", "2 rules differ from the published preset")
    visitor.click("What differs between the versions", "link")
    visitor.sees("2 rules differ between version 1 and version 2")


def fill_colors(pdf: bytes) -> set[tuple[float, ...]]:
    """Return the colors that fill areas on the pages of a PDF, as red, green and blue from 0 to 1."""
    colors: set[tuple[float, ...]] = set()
    color: tuple[float, ...] = ()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        if stream[:1] != b"x":  # a page is always compressed
            continue
        for line in zlib.decompressobj().decompress(stream).splitlines():
            if operator := re.search(rb"([0-9.]+) ([0-9.]+) ([0-9.]+) rg$", line):
                color = tuple(round(float(part), 2) for part in operator.groups())
            elif line in (b"f", b"f*"):
                colors.add(color)
    return colors


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_printed_chart_keeps_its_legend(visitor: Visitor) -> None:
    visitor.sign_in("miriam")
    visitor.go("/schedules/versions/1")
    printed = fill_colors(visitor.page.pdf(print_background=False))
    # The red of a lapse. The chart draws a line with it, and only the legend fills an area with it.
    assert (0.64, 0.15, 0.16) in printed


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_search_is_reached_with_three_presses_of_tab(visitor: Visitor) -> None:
    visitor.sign_in("rosa")
    visitor.go("/prizes")
    search = visitor.page.get_by_label("Client code or name")
    expect(search).not_to_be_focused()
    for _ in ("the skip link", "the start page", "the search"):
        visitor.page.keyboard.press("Tab")
    expect(search).to_be_focused()
    visitor.page.keyboard.type("ami")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/clients/1")
    assert "ami" not in visitor.page.url


def test_an_auditor_reads_the_ledger_and_downloads_the_audit_trail(visitor: Visitor, given: Given) -> None:
    given(cast.rich)
    visitor.sign_in("grace")
    visitor.click("Ledger", "link")
    visitor.sees("+60 points to client")
    visitor.page.get_by_label("Kind").select_option("delivery")
    visitor.click("Filter")
    visitor.sees("5 × Travel mug")
    visitor.page.locator("tbody th a").first.click()
    visitor.look()
    visitor.sees("In every unit, the entries add up to zero.")
    visitor.click("Audit trail", "link")
    visitor.sees("Rosa recorded a visit of HS-1 on Mar 6, 2026: 60 points.")
    visitor.page.get_by_label("What").select_option("Visits")
    visitor.page.get_by_label("From").fill("2026-03-16")
    visitor.click("Filter")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename.startswith("audit-20")
    assert len(Path(download.value.path()).read_bytes().splitlines()) == 1 + 3


def test_the_other_pages_are_accessible_and_fit_the_screen(visitor: Visitor, given: Given) -> None:
    given(enrolled)
    visitor.sign_in("miriam")
    for path in (
        "/clients", "/clients/new", "/clients/1/edit", "/clients/1/pin", "/clients/1/adjust", "/clients/3/enroll", "/prizes", "/prizes/new",
        "/prizes/1/edit", "/prizes/1/deliver", "/schedules/versions/1",
        "/schedules/versions/1/difference", "/schedules/1/name", "/staff", "/staff/new", "/staff/1/edit",
        "/password", "/ledger", "/schedules", "/sites", "/sites/1/settings", "/sites/1/panels", "/sites/1/panels/new?start=14",
        "/draws/fairness", "/sites/1/inventory", "/schedules/presets", "/schedules/presets?tested=1&pays=draws&most=100",
        "/schedules/presets/chesterfield-pregnancy",
    ):  # fmt: skip
        visitor.go(path)
    visitor.page.goto(visitor.at + "/clients/99")
    visitor.look()
    visitor.sees("There is no such client at your sites.")
    visitor.click("Sign out")
    visitor.sign_in("sam")
    for path in ("/", "/sites", "/sites/new", "/audit"):
        visitor.go(path)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_visit_is_recorded_with_the_keyboard_alone_and_without_javascript(
    browser: Any, at: str, given: Given
) -> None:
    given(enrolled)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(at + "/sign-in")
    page.focus("#username")
    page.keyboard.type("rosa")
    page.keyboard.press("Tab")
    page.keyboard.type(cast.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(at + "/")
    page.goto(at + "/enrollments/3/0/visits/new")
    page.focus("[name=both]")
    page.keyboard.press("Tab")  # all negative, in range
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("10 points for a negative test.")
    context.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_pages_fit_at_a_zoom_of_200_percent(page: Page, at: str, given: Given) -> None:
    """At a zoom of 200 %, a window of 1280 px shows a page of 640 px."""
    given(cast.rich)
    visitor = Visitor(page, at, (640, 450))
    visitor.sign_in("miriam")
    for path in ("/clients/1", "/schedules/versions/1", "/prizes", "/ledger", "/clients/1/redeem"):
        visitor.go(path)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_staff_enter_a_lab_result_and_undo_it(visitor: Visitor, given: Given) -> None:
    given(enrolled)
    visitor.sign_in("rosa")
    visitor.go("/enrollments/3/0/visits/new")
    visitor.page.get_by_label("In range", exact=True).check()
    visitor.page.get_by_role("group", name="Cocaine").get_by_label("Lab pending").check()
    visitor.click("Save, the rest is negative")
    visitor.sees("The result is not known yet.")
    visitor.click("Enter the lab result", "link")
    visitor.page.get_by_role("group", name="Cocaine").get_by_label("Negative").check()
    visitor.click("Show what it changes")
    visitor.sees("Write the number or the date of the report.")
    visitor.page.get_by_label("Which report?").fill("Report 4711")
    visitor.click("Show what it changes")
    visitor.sees("What this changes", "10 points are owed to the client and paid at once:")
    visitor.click("Save the lab result and pay 10 points")
    visitor.sees("10 points for a negative test.", "Lab result", "First entry", "Report 4711")
    visitor.click("Undo this correction", "link")
    visitor.sees("10 points are taken back: 10 now, 0 then.")
    visitor.page.get_by_label("Something was entered incorrectly").check()
    visitor.click("Undo it and take back 10 points")
    visitor.sees("Correction undone", "The result is not known yet.")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"], indirect=True)
def test_staff_enter_a_second_specimen_after_a_dilute_one(visitor: Visitor, given: Given) -> None:
    given(enrolled)
    visitor.sign_in("rosa")
    visitor.go("/enrollments/3/0/visits/new")
    visitor.sees("What saving will do", "If it is negative: It earns 10 points.")
    visitor.click("Enter both")
    visitor.sees("Second specimen", "another one counts only if somebody watched it being given.")
    visitor.go("/enrollments/3/0/visits/new")
    visitor.page.get_by_label("Too dilute to read").check()
    visitor.page.get_by_label("Specimen ID").fill("U1")
    visitor.page.get_by_label("In range", exact=True).check()
    visitor.click("Save, the rest is negative")
    visitor.sees("The specimen was too dilute to read: nothing is earned, and nothing is lost.")
    visitor.sees("Ask the client for another specimen within the hour.")
    visitor.click("Enter a second specimen", "link")
    visitor.page.get_by_label("Specimen ID").fill("U2")
    visitor.page.get_by_label("In range", exact=True).check()
    visitor.page.get_by_role("group", name="Cocaine").get_by_label("Negative").check()
    visitor.click("Show what it changes")
    visitor.sees("Nothing is saved yet", "10 points are owed to the client and paid at once: 0 now, 10 then.")
    visitor.click("Save the second specimen and pay 10 points")
    visitor.sees("10 points for a negative test.", "Specimens, in order", "First specimen", "Second specimen decides")
    visitor.click("Undo the second specimen", "link")
    visitor.page.get_by_label("Something was entered incorrectly").check()
    visitor.click("Undo it and take back 10 points")
    visitor.sees("The specimen was too dilute to read: nothing is earned, and nothing is lost.")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_scanner_fills_in_the_specimen_and_goes_on_to_the_next_field(visitor: Visitor, given: Given) -> None:
    given(enrolled)
    visitor.sign_in("rosa")
    visitor.go("/enrollments/3/0/visits/new")
    visitor.page.get_by_label("Specimen ID").focus()
    visitor.page.keyboard.type("U7")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_label("In range", exact=True)).to_be_focused()
    expect(visitor.page.get_by_label("Specimen ID")).to_have_value("U7")
    assert visitor.page.get_by_role("alert").count() == 0, "nothing was sent"
    visitor.page.get_by_label("Not read").check()
    visitor.page.get_by_label("Specimen ID").press("Enter")
    expect(visitor.page.get_by_label("Not read")).to_be_focused()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_late_visit_is_saved_with_the_button_that_says_what_it_pays(visitor: Visitor, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 4)
    visitor.sign_in("rosa")
    visitor.go("/enrollments/1/0/visits/new")
    visitor.page.get_by_text("change", exact=True).click()
    visitor.page.get_by_label("Day").fill("2026-03-04")
    visitor.page.get_by_label("Collected at").fill("09:00")
    visitor.page.get_by_label("In range", exact=True).check()
    visitor.page.get_by_role("group", name="Cocaine").get_by_label("Negative").check()
    visitor.click("Save, the rest is negative")
    assert visitor.page.evaluate("document.activeElement.id") == "what-changes"
    top = visitor.page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert -40 <= top < 300, "the changes are on the screen when the page opens"
    visitor.click("Save the visit and pay 60 points")
    visitor.sees("15 points for a negative test, the 2nd in a row.", "85 points")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_lead_corrects_and_voids_visits_and_undoes_a_redemption(visitor: Visitor, given: Given) -> None:
    given(cast.rich)
    given(cast.another_lead)
    visitor.sign_in("miriam")
    visitor.go("/visits/2/correct")
    visitor.page.get_by_label("The client did not come, without an excuse").check()
    visitor.page.get_by_label("Why is it corrected?").fill("The list of that day")
    visitor.click("Show what it changes")
    visitor.sees("65 points were paid too much. The client keeps them; the program bears them.")
    visitor.click("Save the correction")
    visitor.sees("Corrected", "A missed visit earns nothing")
    visitor.go("/visits/3/void")
    visitor.page.get_by_label("It was another client's").check()
    visitor.click("Void it")
    visitor.sees("Voided", "This visit no longer counts.")
    visitor.go("/clients/1/redeem")
    visitor.page.get_by_label("Travel mug").check()
    visitor.click("Next: the client confirms")
    visitor.sees("Let HS-1 confirm", "20 points ($5.00).")
    visitor.page.get_by_label("Your PIN").fill(cast.PIN)
    visitor.click("Yes, I want it")
    visitor.sees("with the PIN, on the staff screen")
    # Whoever handed it out does not book it as lost.
    visitor.click("Sign out")
    visitor.sign_in("daniel")
    visitor.go("/redemptions/1")
    visitor.click("Undo this redemption", "link")
    visitor.click("Undo the redemption")
    visitor.sees("Say where the prize is.", "Say why.")
    visitor.page.get_by_label("Gone: it is booked as lost").check()
    visitor.page.get_by_label("Why").fill("Broken on the way to the counter")
    visitor.click("Undo the redemption")
    visitor.sees("Undone on", "the points were given back")
    visitor.go("/ledger")
    visitor.sees("Shrinkage", "Program loss: paid by mistake")
    visitor.go("/clients/1/adjust")
    visitor.page.get_by_label("How many").fill("15")
    visitor.page.get_by_label("Why").fill("The machine was down for three days")
    visitor.click("Request it")
    visitor.sees("Adjustment for HS-1", "You requested this yourself")
    visitor.go("/adjustments")
    visitor.sees("Waits for a second lead")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_auditor_verifies_the_ledger_and_compares_a_checkpoint(visitor: Visitor, given: Given) -> None:
    given(cast.rich)
    visitor.sign_in("grace")
    visitor.go("/ledger/checks")
    visitor.click("Verify now")
    visitor.sees("No findings.")
    visitor.click("See the report", "link")
    visitor.sees("Records", "12", "No findings")
    visitor.go("/ledger/checkpoint")
    visitor.click("Take a first checkpoint")
    visitor.sees("13-")  # the checkpoint anchors the audit trail in one more record
    code = visitor.page.locator(".short-code").inner_text()
    visitor.go("/ledger/compare")
    visitor.page.get_by_label("Checkpoint that was kept elsewhere").fill(code)
    visitor.click("Compare")
    visitor.sees("first records match this checkpoint")
    visitor.page.get_by_label("Checkpoint that was kept elsewhere").fill("12-AAAQ-EAYE-AUDA-OCAJ")
    visitor.click("Compare")
    visitor.sees("This code does not match the first records of this ledger.")
