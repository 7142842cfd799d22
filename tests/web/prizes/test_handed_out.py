"""The hand-over log: who got what, from whom, for what, how they confirmed it, and who authorized a card's purchase."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.offers import NOBODY
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import LogRow, UsePromise
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, drawing, purchasing
from tests.operations.prizes.test_purchases import serial
from tests.redeeming import confirmed, redeem_at_once
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]


def cards(session: Session) -> int:
    """Buy two serial cards by the book, and give Amir one of them and a mug. Return the card's receipt."""
    for day in (0, 2, 4, 7, 9, 11):
        cast.visit(session, day)
    daniel = cast.another_lead(session)
    prize_id = serial(session)
    purchase_id = purchasing.ask(session, prize_id=prize_id, quantity=2, unit_cents=2_500)
    purchasing.decide(session, purchase_id, actor=daniel)
    purchasing.receive(
        session, purchase_id, actor=command(), prize_id=prize_id, quantity=2, last_fours=["4411", "4412"],
        unit_cents=2_500,
    )  # fmt: skip
    redeem_at_once(session)
    return card(session, prize_id, timedelta())


def card(session: Session, prize_id: int, later: timedelta) -> int:
    """Let Amir redeem a serial card, which Leo hands over five minutes later. Return its receipt."""
    receipt = redeem_at_once(session, prize_id=prize_id, price_points=100, now=cast.NOW + later)
    hand_over(
        session, redemption_id=receipt, confirmation=None, key=cast.key(), actor=cast.leo,
        now=cast.NOW + later + timedelta(minutes=5),
    )  # fmt: skip
    return receipt


@pytest.mark.parametrize("path", ["/money/handed-out", "/money/handed-out.csv"])
def test_the_checklist(person: Callable[..., Person], given: Given, path: str) -> None:
    given(cards)
    check(person, path, allowed=("miriam", "grace"))


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def test_a_line_says_who_gave_it_for_what_and_who_authorized_the_card(
    person: Callable[..., Person], given: Given
) -> None:
    given(cards)
    grace = person("grace")
    content = text(grace.get("/money/handed-out"))
    assert "HS-1 Grocery card 25 ···· 4411 $25.00 for 100 points Leo purchase authorized by Daniel" in content
    assert "Promised how not to use it" in content and "Amir" not in content
    assert "HS-1 Travel mug $5.00 for 20 points Rosa with the PIN" in content
    only = text(grace.get("/money/handed-out?category=gift_card"))
    assert "4411" in only and "Travel mug" not in only
    assert rows(grace.get("/money/handed-out.csv?category=gift_card")) == [
        [
            "at", "site", "client_code", "prize", "card_ends_in", "quantity", "amount", "given_for", "issuer",
            "authorized_by", "confirmed", "has_promise", "is_voided",
        ],
        [
            "2026-03-16T11:05:00-04:00", "Harbor Street", "HS-1", "Grocery card 25", "4411", "1", "25.00", "100 points",
            "Leo", "Daniel", "with the PIN, on the staff screen", "true", "false",
        ],
    ]  # fmt: skip
    assert "Grace downloaded the hand-over log as a CSV file" in text(grace.get("/audit"))


def test_the_filters_leave_their_lines(person: Callable[..., Person], given: Given) -> None:
    given(cards)
    grace = person("grace")
    for query, n in (
        ("", 2), ("client_code=HS-1", 2), ("client_code=MR-1", 0), ("site_id=2", 0), ("since=2026-03-17", 0),
        ("until=2026-03-16", 2), ("until=2026-03-15", 0),
    ):  # fmt: skip
        assert len(rows(grace.get(f"/money/handed-out.csv?{query}"))) == n + 1, query
    assert grace.get("/money/handed-out?category=cash").status_code == 422
    assert grace.get("/money/handed-out.csv?since=soon").status_code == 422
    assert "HS-1" not in text(person("anna").get("/money/handed-out"))


def test_what_was_voided_stays_in_the_log(miriam: Person, given: Given) -> None:
    receipt = given(cards)
    given(
        undo_redemption, redemption_id=receipt, is_back=False, reason="The client lost the card on the bus",
        key=cast.key(), actor=cast.miriam, now=cast.NOW + timedelta(hours=1),
    )  # fmt: skip
    # The points are back, so the client can get the other card: it is paid for once.
    assert given(card, 3, timedelta(hours=2)) == receipt + 1
    log = rows(miriam.get("/money/handed-out.csv?category=gift_card"))[1:]
    assert [(line[4], line[-1]) for line in log] == [("4412", "false"), ("4411", "true")]
    assert "1 item $25.00" in text(miriam.get("/money")), "the lost card is a loss of this month"


def test_a_prize_for_a_slip_has_the_value_that_it_had_then(miriam: Person, given: Given) -> None:
    given(cast.rich)
    given(redeem_at_once)  # a mug of $5.00
    client = given(drawing.won, 3)
    prize_id = given(drawing.shelved, "small", 5)  # $2.50 each
    voided = given(drawing.choose, client, prize_id, "small")
    given(drawing.choose, client, prize_id, "small")
    given(
        undo_redemption, redemption_id=voided, is_back=True, reason="The other one", key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip

    def dearer(session: Session) -> int:
        return save_prize(
            session, prize_id=prize_id, name="A small thing", name_es="", category="household", price_cents=300,
            retail_cents=300, is_active=True, tier="small", actor=command(), now=cast.NOW,
        )  # fmt: skip

    given(dearer)
    given(drawing.choose, client, prize_id, "small")
    log = rows(miriam.get("/money/handed-out.csv"))[1:]
    assert [(line[6], line[7], line[-1]) for line in log] == [
        ("3.00", "1 slip (small)", "false"), ("2.50", "1 slip (small)", "false"), ("2.50", "1 slip (small)", "true"),
        ("5.00", "20 points", "false"),
    ]  # fmt: skip
    content = text(miriam.get("/money/handed-out"))
    assert "$10.50 in all, without what was voided." in content and "is not known" not in content
    assert "$5.50 in all" in text(miriam.get("/money/handed-out?client_code=HS-9"))
    # The ledger says the same: the items that went to clients and did not come back, each at the value in its sealed body.
    assert given(worth_in_the_log) == 1_050
    assert given(verify_ledger).findings == []


def worth_in_the_log(session: Session) -> int:
    """Return what was redeemed and not undone, in cents, worked out from the bytes of the log alone."""
    bodies = [json.loads(bytes(body)) for body in session.execute(select(LogRow.body)).scalars()]
    undone = {body["undoes_id"] for body in bodies if body["type"] == "transaction"}
    return sum(
        body.get("price_cents", body.get("retail_cents", 0)) * body["quantity"]
        for body in bodies
        if body["type"] == "redemption" and body["transaction_id"] not in undone
    )


def test_what_is_set_aside_is_in_the_log_once_it_is_handed_over(miriam: Person, given: Given) -> None:
    given(cast.rich)
    receipt = given(redeem_at_once, is_set_aside=True)
    assert "Nothing matches." in text(miriam.get("/money/handed-out"))
    given(
        hand_over, redemption_id=receipt, confirmation=None, key=cast.key(), actor=cast.leo, now=cast.NOW
    )  # fmt: skip
    assert "HS-1 Travel mug $5.00 for 20 points Leo" in text(miriam.get("/money/handed-out"))


def test_a_gift_card_comes_with_a_promise_in_the_clients_language(rosa: Person, given: Given) -> None:
    given(cast.rich)

    def offer(session: Session, prize_id: int, price: int) -> int:
        return offer_prize(
            session, client_id=cast.AMIR, prize_id=prize_id, price_points=price, quantity=1, tier=None,
            is_set_aside=False, key=cast.key(), actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip

    promise = "you promise: this card will not pay for alcohol, tobacco, drugs or weapons."
    assert promise in text(rosa.get(f"/offers/{given(offer, cast.CARD, 80)}"))
    assert promise not in text(rosa.get(f"/offers/{given(offer, cast.MUG, 20)}"))


def test_only_a_card_that_the_client_confirmed_has_the_promise(given: Given) -> None:
    def promised(session: Session) -> list[int]:
        return list(session.execute(select(UsePromise.redemption_id)).scalars())

    given(cast.rich)
    given(redeem_at_once, prize_id=cast.MUG)
    assert given(promised) == []
    for day in (7, 9, 11):
        given(cast.visit, day)
    given(redeem_at_once, prize_id=cast.CARD, price_points=80, confirmation=confirmed(cast.AMIR, NOBODY, "A hurt hand"))
    assert given(promised) == []


def test_the_page_has_as_many_queries_for_many_lines_as_for_one(
    miriam: Person, given: Given, statements: list[str]
) -> None:
    def reads() -> int:
        statements.clear()
        assert miriam.get("/money/handed-out").status_code == 200
        return len([one for one in statements if one.startswith("SELECT")])

    given(cast.rich)
    given(redeem_at_once)
    few = reads()
    given(redeem_at_once)
    given(redeem_at_once)
    assert reads() == few
