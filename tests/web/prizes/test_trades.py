"""Trading up at the pages: the lead's rule, what has to come back, and the client's word."""

from collections.abc import Callable

import pytest
from flask import Flask

from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from tests import cast
from tests.drawing import choose, shelved
from tests.operations.prizes.test_trade_up import drawn
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

People = Callable[..., Person]
Given = Callable[..., object]


@pytest.fixture
def client_id(given: Given) -> object:
    """Dora, who drew five small slips today at a site that allows trades, and has a PIN."""
    given(cast.set_site, trade_days=14)
    found = given(drawn, 5)
    given(set_pin, client_id=found, pin=cast.PIN, hasher=Hasher(64, 1), actor=cast.rosa, now=cast.NOW)
    return found


def test_the_checklist(person: People, client_id: int) -> None:
    place = f"/clients/{client_id}/draws/trade"
    check(person, place, allowed=("rosa", "miriam"), unknown="/clients/99/draws/trade", elsewhere=place, writes=True)


def test_five_slips_are_traded_with_the_clients_pin(rosa: Person, miriam: Person, client_id: int) -> None:
    assert "Harbor Street (within 14 days)" in text(miriam.get("/prizes"))
    place = f"/clients/{client_id}/draws"
    assert "Five small prizes can be traded for one of the next tier: a large prize." in text(rosa.get(place))
    page = text(rosa.get(f"{place}/trade"))
    assert "5 slips wait to be redeemed." in page and "Five small prizes for one larger prize: a large prize." in page
    wrong = rosa.send(f"{place}/trade", how="screen", pin="1111")
    assert wrong.status_code == 422 and "That PIN is not right." in text(wrong)
    assert rosa.send(f"{place}/trade", how="screen", pin=cast.PIN).headers["Location"] == f"{place}/choose?tier=large"
    assert "Traded. Let the client choose the larger prize now." in text(rosa.get(f"{place}/choose?tier=large"))
    said = text(rosa.get(place))
    assert "1 slip to redeem: a large prize" in said
    assert "small prize, not handed out" not in said
    assert "Trade" in text(miriam.get("/ledger"))


def test_a_prize_that_was_handed_out_has_to_come_back(rosa: Person, given: Given, client_id: int) -> None:
    prize = given(shelved, "small", 3)
    receipt = given(choose, client_id, prize, "small")
    place = f"/clients/{client_id}/draws/trade"
    assert "4 slips wait to be redeemed; 1 prize has to come back." in text(rosa.get(place))
    answer = rosa.send(place, how="nobody", why="Broken hand")
    assert answer.status_code == 422 and "5 are needed, and 4 can be put together" in text(answer)
    assert rosa.send(place, how="nobody", why="Broken hand", handed_back=[str(receipt)]).status_code == 303
    assert "Undone" in text(rosa.get(f"/clients/{client_id}/receipts"))
    assert "A small thing Household, small 10 points $1.00 3" in text(rosa.get("/prizes"))


@pytest.mark.parametrize("handed_back", ["x", "999", "-1", "9" * 30])
def test_what_is_no_receipt_is_told(rosa: Person, client_id: int, handed_back: str) -> None:
    place = f"/clients/{client_id}/draws/trade"
    assert rosa.send(place, how="nobody", why="x", handed_back=[handed_back]).status_code == 422


def test_the_kiosk_tells_who_can_trade(app: Flask, client_id: int) -> None:
    card = text(opened(app, "HS-9").get("/kiosk/card"))
    assert (
        "Five small prizes for one larger prize: a large prize. Ask a member of staff to trade them with you." in card
    )


def test_where_it_is_not_allowed_there_is_no_way(rosa: Person, given: Given) -> None:
    client = given(drawn, 5)
    assert "Trade up" not in text(rosa.get(f"/clients/{client}/draws"))
    assert rosa.get(f"/clients/{client}/draws/trade").headers["Location"] == f"/clients/{client}/draws"
