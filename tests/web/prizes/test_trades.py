"""The pages for trading small prizes for a larger one: the site's rule, prizes to return, and the confirmation."""

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
    """Add Dora, who has a PIN and drew five small slips today, at a site that allows trades. Return her id."""
    given(cast.set_site, trade_days=14)
    dora_id = given(drawn, 5)
    given(set_pin, client_id=dora_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=cast.leo, now=cast.NOW)
    return dora_id


def test_the_page_for_a_trade_passes_the_checklist(person: People, client_id: int) -> None:
    url = f"/clients/{client_id}/draws/trade"
    check(person, url, allowed=("rosa", "miriam"), unknown="/clients/99/draws/trade", elsewhere=url, writes=True)


def test_five_slips_are_traded_with_the_clients_pin(rosa: Person, miriam: Person, client_id: int) -> None:
    assert "Harbor Street (within 14 days)" in text(miriam.get("/prizes"))
    url = f"/clients/{client_id}/draws"
    assert "Five small prizes can be traded for one of the next tier: a large prize." in text(rosa.get(url))
    page = text(rosa.get(f"{url}/trade"))
    assert "5 slips wait to be redeemed." in page and "Five small prizes for one larger prize: a large prize." in page
    wrong = rosa.send(f"{url}/trade", how="screen", pin="1111")
    assert wrong.status_code == 422 and "That PIN is not right." in text(wrong)
    assert rosa.send(f"{url}/trade", how="screen", pin=cast.PIN).headers["Location"] == f"{url}/choose?tier=large"
    assert "Traded. Let the client choose the larger prize now." in text(rosa.get(f"{url}/choose?tier=large"))
    content = text(rosa.get(url))
    assert "1 slip to redeem: a large prize" in content
    assert "small prize, not handed out" not in content
    assert "Trade" in text(miriam.get("/ledger"))


def test_a_prize_that_was_handed_out_must_be_returned_for_a_trade(rosa: Person, given: Given, client_id: int) -> None:
    prize = given(shelved, "small", 3)
    receipt = given(choose, client_id, prize, "small")
    url = f"/clients/{client_id}/draws/trade"
    assert "4 slips wait to be redeemed; 1 prize has to come back." in text(rosa.get(url))
    answer = rosa.send(url, how="nobody", why="Broken hand")
    assert answer.status_code == 422 and "5 are needed, and 4 can be put together" in text(answer)
    assert rosa.send(url, how="nobody", why="Broken hand", handed_back=[str(receipt)]).status_code == 303
    assert "Undone" in text(rosa.get(f"/clients/{client_id}/receipts"))
    assert "A small thing Household, small $2.50 10 points $2.50 3" in text(rosa.get("/prizes"))


@pytest.mark.parametrize("handed_back", ["x", "999", "-1", "9" * 30])
def test_an_unknown_receipt_in_a_trade_is_refused(rosa: Person, client_id: int, handed_back: str) -> None:
    url = f"/clients/{client_id}/draws/trade"
    assert rosa.send(url, how="nobody", why="x", handed_back=[handed_back]).status_code == 422


def test_the_kiosk_tells_a_client_that_they_can_trade(app: Flask, client_id: int) -> None:
    card = text(opened(app, "HS-9").get("/kiosk/card"))
    assert (
        "Five small prizes for one larger prize: a large prize. Ask a member of staff to trade them with you." in card
    )


def test_at_a_site_without_trades_the_page_for_a_trade_redirects(rosa: Person, given: Given) -> None:
    client = given(drawn, 5)
    assert "Trade up" not in text(rosa.get(f"/clients/{client}/draws"))
    assert rosa.get(f"/clients/{client}/draws/trade").headers["Location"] == f"/clients/{client}/draws"
