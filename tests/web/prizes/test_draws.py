"""Draws at the kiosk and on the staff screen, their receipts, and the choice of a prize."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from flask import Flask

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from tests import cast
from tests.drawing import dora, shelved
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

Given = Callable[..., object]


@pytest.fixture
def client_id(given: Given) -> int:
    """Add Dora with three draws to make, from a bowl in which every slip wins. Return her id."""
    dora_id = given(dora, slips=[{"tier": "small", "count": 6, "cents": 100}])
    assert isinstance(dora_id, int)
    return dora_id


def at_kiosk(app: Flask, given: Given, client_id: int) -> Person:
    given(set_pin, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=cast.NOW)
    client = Person(app)
    client.send("/kiosk/sign-in", code="HS-9", pin=cast.PIN)
    return client


def begin(client: Person, path: str = "/kiosk/draws/begin", shown_at: str = "/kiosk/card") -> str:
    answer = client.send(path, shown_at=shown_at)
    assert answer.status_code == 303
    return text(client.get(answer.headers["Location"]))


def number_on(page: str) -> str:
    number = re.search(r'name="number" value="([0-9]+)"', page)
    assert number is not None
    return number[1]


def touch(client: Person, path: str = "/kiosk/draws", **fields: str) -> tuple[int, str]:
    """Send the form of the bowl with what the client adds to it. Return the status and the text of the next page."""
    page = client.get(path).get_data(as_text=True)
    form = {**hidden(page), "number": number_on(page), **fields}
    answer = client.client.post(path, data=form)
    if answer.status_code == 303:
        return 303, text(client.get(answer.headers["Location"]))
    return answer.status_code, text(answer)


def test_a_client_makes_all_their_draws_at_the_kiosk(app: Flask, given: Given, client_id: int) -> None:
    client = at_kiosk(app, given, client_id)
    assert "3 draws" in text(client.get("/kiosk/card"))
    assert "You have 3 draws." in begin(client)
    status, content = touch(client, **{"touch.x": "120", "touch.y": "88"})
    assert status == 303
    assert "Your slip says: A small prize! It is yours. Choose one from the shelf" in content
    assert "Draw again: 2 left" in content and "Every slip wins." in content
    assert "touch 120,88" in content
    touch(client, word="river")
    status, content = touch(client, word="lamp")
    assert "Draw again" not in content and "What you drew just now" in text(client.get("/kiosk/draws"))
    card = text(client.get("/kiosk/card"))
    assert "All that you earned is used. You can earn more." in card and "0 draws" not in card
    assert "3 slips are waiting: a small prize each." in card


def test_the_seal_of_a_draw_is_shown_before_it_and_its_secret_after_it(
    app: Flask, given: Given, client_id: int
) -> None:
    client = at_kiosk(app, given, client_id)
    before = begin(client)
    seal = re.search(r"[0-9a-f]{64}", before)
    assert seal is not None and len(re.findall(r"[0-9a-f]{64}", before)) == 1
    _, after = touch(client, word="river")
    # The seal and the secret of the draw, and below the next bowl its seal, too.
    assert seal[0] in after and len(set(re.findall(r"[0-9a-f]{64}", after))) == 2
    assert len(set(re.findall(r"[0-9a-f]{64}", text(client.get("/kiosk/draws"))))) == 3


def test_an_invalid_touch_or_word_draws_nothing(app: Flask, given: Given, client_id: int) -> None:
    client = at_kiosk(app, given, client_id)
    begin(client)
    for fields in ({}, {"word": "Amir"}, {"touch.x": "5"}, {"touch.x": "5", "touch.y": "9999"}, {"number": "two"}):
        status, content = touch(client, **fields)
        assert status == 303 and "You have 3 draws." in content
    status, content = touch(client, number="2", word="river")
    assert status == 303 and "This slip was drawn before, maybe on another screen." in content


def test_the_draws_at_the_kiosk_are_translated_into_spanish(app: Flask, given: Given, client_id: int) -> None:
    client = at_kiosk(app, given, client_id)
    begin(client)
    content = text(client.in_language("es", "/kiosk/draws"))
    assert "Tiene 3 sorteos." in content and "Toque el recipiente donde quiera" in content and "río" in content


def test_the_draws_at_the_kiosk_show_no_name_no_substance_and_no_result(
    app: Flask, given: Given, client_id: int
) -> None:
    client = at_kiosk(app, given, client_id)
    begin(client)
    touch(client, word="river")
    page = client.get("/kiosk/draws").get_data(as_text=True).lower()
    for word in ("dora", "hs-9", "cocaine", "urine", "negative", "positive"):
        assert word not in page


def test_nobody_draws_without_an_open_card(app: Flask, client_id: int) -> None:
    stranger = Person(app)
    assert stranger.get("/kiosk/draws").headers["Location"] == "/kiosk"
    assert stranger.send("/kiosk/draws/begin", shown_at="/kiosk").headers["Location"] == "/kiosk"
    assert stranger.send_bare("/kiosk/draws", number="1", word="river").status_code == 400


def test_a_client_draws_on_the_staff_screen_and_chooses_a_prize(rosa: Person, given: Given, client_id: int) -> None:
    prize = given(shelved, "small", 2)
    draws_url = f"/clients/{client_id}/draws"
    assert "3 draws available." in text(rosa.get(draws_url))
    assert "Turn the screen to the client" in text(rosa.get(draws_url))
    assert "You have 3 draws." in begin(rosa, f"{draws_url}/begin", draws_url)
    status, content = touch(rosa, f"{draws_url}/bowl", word="garden")
    assert status == 303 and "Your slip says: a small prize!" in content and "Give the screen back" in content
    assert "1 slip to redeem: a small prize" in text(rosa.get(draws_url))
    choose_url = f"{draws_url}/choose?tier=small"
    assert "A small thing 2 left" in text(rosa.get(choose_url)).replace("A small prize", "")
    answer = rosa.redeem(choose_url, prize=str(prize))
    receipt = text(rosa.get(answer.headers["Location"]))
    assert answer.status_code == 303 and "a slip that was drawn: a small prize" in receipt
    undone = rosa.send(f"{answer.headers['Location']}/undo", is_back="yes", reason="The other one")
    assert undone.status_code == 303
    assert "the slip was given back" in text(rosa.get(answer.headers["Location"]))
    assert "1 slip to redeem: a small prize" in text(rosa.get(draws_url))


def test_the_bowl_on_the_staff_screen_has_no_menu_and_speaks_the_clients_language(rosa: Person, client_id: int) -> None:
    draws_url = f"/clients/{client_id}/draws"
    assert rosa.get(f"{draws_url}/bowl").headers["Location"] == draws_url, "there is no bowl before a draw has begun"
    rosa.send(f"/clients/{client_id}/edit", preferred_name="Dora", language="es")
    assert "Tiene 3 sorteos." in begin(rosa, f"{draws_url}/begin", draws_url)
    page = rosa.get(f"{draws_url}/bowl").get_data(as_text=True)
    assert '<div lang="es">' in page and 'aria-label="Main"' not in page and "Dora" not in page
    assert "Sign out" not in page and "Find" not in page
    status, content = touch(rosa, f"{draws_url}/bowl", word="nothing")
    assert status == 422 and "Toque el recipiente donde quiera" in content
    for _ in range(3):
        status, content = touch(rosa, f"{draws_url}/bowl", word="garden")
        assert status == 303 and "Su papel dice: ¡un premio pequeño!" in content
    assert "Devolver la pantalla" in content and "Toque el recipiente" not in content
    assert rosa.get(f"{draws_url}/bowl").headers["Location"] == draws_url


def test_the_page_of_the_bowl_passes_the_checklist(
    person: Callable[[str], Person], rosa: Person, client_id: int
) -> None:
    draws_url = f"/clients/{client_id}/draws"
    begin(rosa, f"{draws_url}/begin", draws_url)
    check(
        person,
        f"{draws_url}/bowl",
        allowed=("rosa", "miriam"),
        unknown="/clients/99/draws/bowl",
        writes=True,
        elsewhere=f"{draws_url}/bowl",
    )


def test_choosing_a_prize_of_an_empty_tier_is_refused_with_a_message(
    rosa: Person, given: Given, client_id: int
) -> None:
    draws_url = f"/clients/{client_id}/draws"
    begin(rosa, f"{draws_url}/begin", draws_url)
    touch(rosa, f"{draws_url}/bowl", word="garden")
    assert "No prize of this tier is in the catalog." in text(rosa.get(f"{draws_url}/choose?tier=small"))
    prize = given(shelved, "small", 0)
    answer = rosa.send(f"{draws_url}/choose?tier=small", prize=str(prize))
    assert answer.status_code == 422 and "0 left in the cabinet" in text(answer)
    assert rosa.get(f"{draws_url}/choose?tier=huge").headers["Location"] == draws_url


def test_staff_and_auditors_of_the_site_see_the_receipt_of_a_draw(
    rosa: Person, person: Callable[[str], Person], given: Given, client_id: int
) -> None:
    draws_url = f"/clients/{client_id}/draws"
    begin(rosa, f"{draws_url}/begin", draws_url)
    touch(rosa, f"{draws_url}/bowl", word="garden")
    for somebody in (rosa, person("grace")):
        page = somebody.get("/draws/1")
        assert page.status_code == 200 and "Dora" not in page.get_data(as_text=True)
        assert "The slip follows from the program’s part" in text(page)
        receipt = re.search(r"<pre[^>]*>(.*?)</pre>", page.get_data(as_text=True), re.S)
        assert receipt is not None and '"client_part": "word garden"' in unescape(receipt[1])
    assert person("anna").get("/draws/1").status_code == 404
    assert person("sam").get("/draws/1").status_code == 403
    assert person("anna").get(draws_url).status_code == 404
    assert person("grace").get(draws_url).status_code == 403


def test_fairness_is_shown_by_tier_site_and_month(
    rosa: Person, person: Callable[[str], Person], given: Given, client_id: int
) -> None:
    assert "No draws in the last two years." in text(rosa.get("/draws/fairness"))
    draws_url = f"/clients/{client_id}/draws"
    begin(rosa, f"{draws_url}/begin", draws_url)
    for _ in range(3):
        touch(rosa, f"{draws_url}/bowl", word="garden")
    content = text(rosa.get("/draws/fairness"))
    assert "The 3 draws since Mar 1, 2024 are too few to tell." in content
    assert "A small prize 3 3.0" in content and "March 2026 3 $3.00 $3.00 $3.00" in content
    assert "No draws in" in text(person("anna").get("/draws/fairness"))
    assert "The 3 draws" in text(person("grace").get("/draws/fairness"))
    assert person("sam").get("/draws/fairness").status_code == 403


def test_the_start_page_warns_about_a_tier_that_runs_short(rosa: Person, given: Given, client_id: int) -> None:
    content = text(rosa.get("/"))
    assert "The cabinet is low on" in content
    assert "Harbor Street, small: 0 left; at least 3 needed" in content
    given(shelved, "small", 5)
    assert "The cabinet is low on" not in text(rosa.get("/"))
    draws_url = f"/clients/{client_id}/draws"
    begin(rosa, f"{draws_url}/begin", draws_url)
    for _ in range(3):
        touch(rosa, f"{draws_url}/bowl", word="garden")
    # Three prizes are owed, and three more may be drawn in the next two weeks.
    assert "Harbor Street, small: 5 left, 3 owed to clients; at least 6 needed" in text(rosa.get("/"))
    assert "Drawn Mar 16, 2026; to be handed out by Mar 30, 2026" in text(rosa.get(draws_url))


def test_the_last_evening_of_a_program_is_still_its_last_day(
    person: Callable[[str], Person], client_id: int, clock: time_machine.Traveller
) -> None:
    """Dora's eight weeks end on Apr 26. At nine in the evening in New York it is already Apr 27 in UTC."""
    assert client_id
    clock.move_to(datetime(2026, 4, 27, 1, 0, tzinfo=UTC))
    assert "The cabinet is low on" in text(person("rosa").get("/"))
    clock.move_to(datetime(2026, 4, 27, 14, 0, tzinfo=UTC))
    assert "The cabinet is low on" not in text(person("rosa").get("/"))


def test_fairness_counts_its_two_years_from_the_day_at_the_site(
    person: Callable[[str], Person], client_id: int, clock: time_machine.Traveller
) -> None:
    rosa = person("rosa")
    draws_url = f"/clients/{client_id}/draws"
    begin(rosa, f"{draws_url}/begin", draws_url)
    touch(rosa, f"{draws_url}/bowl", word="garden")
    clock.move_to(datetime(2026, 4, 1, 1, 0, tzinfo=UTC))  # in New York it is Mar 31
    assert "since Mar 1, 2024" in text(person("rosa").get("/draws/fairness"))


def test_the_start_page_does_not_warn_about_other_sites(person: Callable[[str], Person], client_id: int) -> None:
    assert client_id
    assert "The cabinet is low on" not in text(person("anna").get("/"))


def test_without_draws_the_page_says_that_the_client_has_none(rosa: Person, client_id: int) -> None:
    draws_url = f"/clients/{client_id}/draws"
    begin(rosa, f"{draws_url}/begin", draws_url)
    for _ in range(3):
        touch(rosa, f"{draws_url}/bowl", word="garden")
    page = rosa.get(f"{draws_url}/choose?tier=small").get_data(as_text=True)
    assert rosa.client.post(f"{draws_url}/begin", data=hidden(page)).status_code == 303
    assert "This client has no draws" in text(rosa.get(draws_url))
