"""Drawing at the kiosk and on staff's screen, receipts, and the prize that is chosen."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from tests import cast
from tests.drawing import dora, shelved
from tests.web.conftest import Person, hidden, text

Given = Callable[..., object]


@pytest.fixture
def client_id(given: Given) -> int:
    """Dora at Harbor Street, with three draws to make from a bowl where every slip wins."""
    made = given(dora, slips=[{"tier": "small", "count": 6, "cents": 100}])
    assert isinstance(made, int)
    return made


def at_kiosk(app: Flask, given: Given, client_id: int) -> Person:
    given(set_pin, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=cast.NOW)
    client = Person(app)
    client.send("/kiosk", code="HS-9", pin=cast.PIN)
    return client


def begin(client: Person, path: str = "/kiosk/draws/begin", shown_at: str = "/kiosk/card") -> str:
    answer = client.send(path, shown_at=shown_at)
    assert answer.status_code == 303
    return text(client.get(answer.headers["Location"]))


def number_on(page: str) -> str:
    found = re.search(r'name="number" value="([0-9]+)"', page)
    assert found is not None
    return found[1]


def touch(client: Person, path: str = "/kiosk/draws", **fields: str) -> tuple[int, str]:
    """Send the form of the bowl with what the client adds. Return the status, and the page that follows."""
    page = client.get(path).get_data(as_text=True)
    sent = {**hidden(page), "number": number_on(page), **fields}
    answer = client.client.post(path, data=sent)
    if answer.status_code == 303:
        return 303, text(client.get(answer.headers["Location"]))
    return answer.status_code, text(answer)


def test_a_client_draws_at_the_kiosk_until_nothing_is_left(app: Flask, given: Given, client_id: int) -> None:
    client = at_kiosk(app, given, client_id)
    assert "3 draws" in text(client.get("/kiosk/card"))
    assert "You have 3 draws." in begin(client)
    status, said = touch(client, **{"touch.x": "120", "touch.y": "88"})
    assert status == 303
    assert (
        "Your slip says: a small prize! It is yours. Choose one from the shelf" in said and "You have 2 draws." in said
    )
    assert "touch 120,88" in said
    touch(client, word="river")
    status, said = touch(client, word="lamp")
    assert "You have" not in said and "What you drew just now" in said
    card = text(client.get("/kiosk/card"))
    assert "0 draws" in card and "3 slips are waiting: a small prize each." in card


def test_the_seal_is_shown_before_and_opened_after(app: Flask, given: Given, client_id: int) -> None:
    client = at_kiosk(app, given, client_id)
    before = begin(client)
    seal = re.search(r"[0-9a-f]{64}", before)
    assert seal is not None and len(re.findall(r"[0-9a-f]{64}", before)) == 1
    _, after = touch(client, word="river")
    assert seal[0] in after
    # The seal of the next draw, and of the one before with its opened lock.
    assert len(set(re.findall(r"[0-9a-f]{64}", after))) == 3


def test_what_is_no_touch_draws_nothing(app: Flask, given: Given, client_id: int) -> None:
    client = at_kiosk(app, given, client_id)
    begin(client)
    for sent in ({}, {"word": "Amir"}, {"touch.x": "5"}, {"touch.x": "5", "touch.y": "9999"}, {"number": "two"}):
        status, said = touch(client, **sent)
        assert status == 422 and "You have 3 draws." in said
    status, said = touch(client, number="2", word="river")
    assert status == 422 and "This slip was already drawn, perhaps on another screen." in said


def test_the_kiosk_speaks_spanish_about_draws(app: Flask, given: Given, client_id: int) -> None:
    client = at_kiosk(app, given, client_id)
    begin(client)
    said = text(client.get("/kiosk/draws?lang=es"))
    assert "Tiene 3 sorteos." in said and "Toque el recipiente donde quiera" in said and "río" in said


def test_the_kiosk_shows_no_name_of_a_person_or_substance(app: Flask, given: Given, client_id: int) -> None:
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


def test_the_client_draws_on_staffs_screen_and_chooses(rosa: Person, given: Given, client_id: int) -> None:
    prize = given(shelved, "small", 2)
    place = f"/clients/{client_id}/draws"
    assert "3 draws available." in text(rosa.get(place))
    assert "Turn the screen to the client" in begin(rosa, f"{place}/begin", place)
    status, said = touch(rosa, place, word="garden")
    assert status == 303 and "Your slip says: a small prize!" in said and "1 slip to redeem: a small prize" in said
    choosing = f"{place}/choose?tier=small"
    assert "A small thing 2 left" in text(rosa.get(choosing)).replace("A small prize", "")
    answer = rosa.redeem(choosing, prize=str(prize))
    receipt = text(rosa.get(answer.headers["Location"]))
    assert answer.status_code == 303 and "a slip that was drawn: a small prize" in receipt
    undone = rosa.send(f"{answer.headers['Location']}/undo", is_back="yes", reason="The other one")
    assert undone.status_code == 303
    assert "the slip was given back" in text(rosa.get(answer.headers["Location"]))
    assert "1 slip to redeem: a small prize" in text(rosa.get(place))


def test_choosing_where_nothing_is_left_says_so(rosa: Person, given: Given, client_id: int) -> None:
    place = f"/clients/{client_id}/draws"
    begin(rosa, f"{place}/begin", place)
    touch(rosa, place, word="garden")
    assert "No prize of this tier is in the catalog." in text(rosa.get(f"{place}/choose?tier=small"))
    prize = given(shelved, "small", 0)
    answer = rosa.send(f"{place}/choose?tier=small", prize=str(prize))
    assert answer.status_code == 422 and "0 left in the cabinet" in text(answer)
    assert rosa.get(f"{place}/choose?tier=huge").headers["Location"] == place


def test_a_draw_has_a_receipt_for_staff_and_auditors(
    rosa: Person, person: Callable[[str], Person], given: Given, client_id: int
) -> None:
    place = f"/clients/{client_id}/draws"
    begin(rosa, f"{place}/begin", place)
    touch(rosa, place, word="garden")
    for somebody in (rosa, person("grace")):
        page = somebody.get("/draws/1")
        assert page.status_code == 200 and "Dora" not in page.get_data(as_text=True)
        assert "The slip follows from the program’s part" in text(page)
        receipt = re.search(r"<pre[^>]*>(.*?)</pre>", page.get_data(as_text=True), re.S)
        assert receipt is not None and '"client_part": "word garden"' in unescape(receipt[1])
    assert person("anna").get("/draws/1").status_code == 404
    assert person("sam").get("/draws/1").status_code == 403
    assert person("anna").get(place).status_code == 404
    assert person("grace").get(place).status_code == 403


def test_fairness_is_shown_by_tier_site_and_month(
    rosa: Person, person: Callable[[str], Person], given: Given, client_id: int
) -> None:
    assert "No draws in the last two years." in text(rosa.get("/draws/fairness"))
    place = f"/clients/{client_id}/draws"
    begin(rosa, f"{place}/begin", place)
    for _ in range(3):
        touch(rosa, place, word="garden")
    said = text(rosa.get("/draws/fairness"))
    assert "The 3 draws since Mar 1, 2024 are too few to tell." in said
    assert "A small prize 3 3.0" in said and "March 2026 3 $3.00 $3.00 $3.00" in said
    assert "No draws in" in text(person("anna").get("/draws/fairness"))
    assert "The 3 draws" in text(person("grace").get("/draws/fairness"))
    assert person("sam").get("/draws/fairness").status_code == 403


def test_a_tier_that_runs_short_is_told_on_the_first_page(rosa: Person, given: Given, client_id: int) -> None:
    said = text(rosa.get("/"))
    assert "Harbor Street, small: 0 left; at least 3 needed" in said
    given(shelved, "small", 5)
    assert "should be there" not in text(rosa.get("/"))
    place = f"/clients/{client_id}/draws"
    begin(rosa, f"{place}/begin", place)
    for _ in range(3):
        touch(rosa, place, word="garden")
    # Three are owed, and three more may be drawn in the next two weeks.
    assert "Harbor Street, small: 5 left, 3 owed to clients; at least 6 needed" in text(rosa.get("/"))
    assert "Drawn Mar 16, 2026; to be handed out by Mar 30, 2026" in text(rosa.get(place))


def test_other_sites_shelves_are_nobodys_business(person: Callable[[str], Person], client_id: int) -> None:
    assert client_id
    assert "should be there" not in text(person("anna").get("/"))


def test_a_bowl_that_is_not_there_is_told(rosa: Person, client_id: int) -> None:
    place = f"/clients/{client_id}/draws"
    begin(rosa, f"{place}/begin", place)
    for _ in range(3):
        touch(rosa, place, word="garden")
    page = rosa.get(f"{place}/choose?tier=small").get_data(as_text=True)
    assert rosa.client.post(f"{place}/begin", data=hidden(page)).status_code == 303
    assert "This client has no draws" in text(rosa.get(place))
