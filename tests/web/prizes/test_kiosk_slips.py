"""At the kiosk a client chooses the prize for a slip, and confirms it with the PIN."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.drawing import dora, shelved
from tests.web.conftest import Person, text
from tests.web.prizes.test_draws import at_kiosk, begin, touch

Given = Callable[..., object]
CHOOSE = "/kiosk/slips/choose?tier=small"


@pytest.fixture
def client_id(given: Given) -> int:
    """Add Dora with three draws to make, from a bowl in which every slip wins. Return her id."""
    dora_id = given(dora, slips=[{"tier": "small", "count": 6, "cents": 100}])
    assert isinstance(dora_id, int)
    return dora_id


def test_a_slip_is_chosen_confirmed_and_set_aside(app: Flask, given: Given, client_id: int, rosa: Person) -> None:
    prize = given(shelved, "small", 2)
    client = at_kiosk(app, given, client_id)
    begin(client)
    _, content = touch(client, word="river")
    assert "A small prize! Choose one. We set it aside for you." in content and "A small thing Choose" in content
    answer = client.send(CHOOSE, prize=str(prize))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/card")
    card = client.get("/kiosk/card").get_data(as_text=True)
    assert "Is this right?" in card and "It is set aside for you." in card
    offer = card.partition("/kiosk/offers/")[2].partition("?")[0].partition('"')[0]
    assert client.send(f"/kiosk/offers/{offer}", shown_at="/kiosk/card", pin=cast.PIN).status_code == 303
    assert "It is yours: A small thing" in text(client.get("/kiosk/card"))
    assert "1 prize set aside" in text(rosa.get("/"))

    def check(session: Session) -> None:
        assert balances_of(session, client_id)["tier/small"] == 0
        assert verify_ledger(session).findings == []

    given(check)
    assert client.get(CHOOSE).headers["Location"] == "/kiosk/card", "no slip is left"


def test_another_choice_takes_the_place_of_the_first_one(app: Flask, given: Given, client_id: int) -> None:
    """One slip, two choices: only the second is to be confirmed, and nothing says that the first was declined."""
    first, second = given(shelved, "small", 2), given(shelved, "small", 2, name="Another thing")
    client = at_kiosk(app, given, client_id)
    begin(client)
    touch(client, word="river")
    for prize in (first, second):
        client.send(CHOOSE, prize=str(prize))
    card = text(client.get("/kiosk/card"))
    assert card.count("Is this right?") == 1 and "Another thing For a slip" in card
    assert "You keep your slip" not in card


def test_what_staff_offered_stays(app: Flask, given: Given, client_id: int) -> None:
    prize = given(shelved, "small", 2)
    client = at_kiosk(app, given, client_id)
    begin(client)
    touch(client, word="river")
    given(
        offer_prize, client_id=client_id, prize_id=prize, quantity=1, price_points=0, tier="small", key=cast.key(),
        actor=command(), now=cast.NOW,
    )  # fmt: skip
    client.send(CHOOSE, prize=str(prize))
    assert "Yes, I want" in text(client.get("/kiosk/card"))


def test_a_prize_that_is_not_there_cannot_be_chosen(app: Flask, given: Given, client_id: int) -> None:
    gone = given(shelved, "small", 0)
    client = at_kiosk(app, given, client_id)
    begin(client)
    _, content = touch(client, word="river")
    assert "It is yours. Choose one from the shelf with a member of staff." in content
    assert "None of these is here today. Your slip waits for you." in text(client.get(CHOOSE))
    for prize in (str(gone), str(cast.MUG), "", "99"):
        assert "Nothing was taken." in client.told(CHOOSE, prize=prize)


def test_nobody_chooses_without_an_open_card_or_a_slip(app: Flask, given: Given, client_id: int) -> None:
    stranger = Person(app)
    assert stranger.get(CHOOSE).headers["Location"] == "/kiosk"
    client = at_kiosk(app, given, client_id)
    assert client.get(CHOOSE).headers["Location"] == "/kiosk/card"
    assert client.send_bare(CHOOSE, prize="1").status_code == 400


def test_good_job_is_praise_and_no_prize(app: Flask, given: Given) -> None:
    client_id = given(dora, slips=[{"tier": "good_job", "count": 6, "cents": 0}])
    assert isinstance(client_id, int)
    client = at_kiosk(app, given, client_id)
    begin(client)
    _, content = touch(client, word="river")
    assert "Your slip says: Good job! You came, and that counts." in content and "Choose later" not in content


def test_a_large_prize_has_rays_and_confetti_and_a_small_one_has_none(app: Flask, given: Given) -> None:
    slips = [{"tier": "small", "count": 1, "cents": 100}, {"tier": "large", "count": 4999, "cents": 2000}]
    client_id = given(dora, slips=slips)
    assert isinstance(client_id, int)
    client = at_kiosk(app, given, client_id)
    begin(client)
    _, content = touch(client, word="river")
    number = 1
    page = client.get(f"/kiosk/draws?drawn={number}").get_data(as_text=True)
    is_large = "A large prize!" in content
    assert ('class="confetti"' in page) is is_large and ('class="won large"' in page) is is_large
