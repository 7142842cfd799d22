"""32 requests at the same moment over real HTTP: nothing is overspent or paid twice, and each refusal says why."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from cm_tracker.db import db
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.torture.visitor import Answer, Visitor

MANY = 32


@pytest.fixture
def rosa(app: Flask, port: int) -> Iterator[Visitor]:
    """Yield Rosa's connection, with 85 points for Amir and a full cabinet. Verify the ledger after the test."""
    with app.app_context():
        cast.rich(db.session())
        deliver_stock(
            db.session(),
            site_id=1,
            prize_id=1,
            quantity=50,
            note="Order",
            key=cast.key(),
            actor=cast.miriam,
            now=cast.NOW,
        )
        db.session.remove()
    visitor = Visitor(port).sign_in("rosa")
    yield visitor
    visitor.close()
    with app.app_context():
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def at_once(rosa: Visitor, send: Callable[[Visitor, int], Answer]) -> list[Answer]:
    """Send from 32 connections at the same moment. Return the responses."""
    gate = threading.Barrier(MANY)

    def send_at_the_gate(n: int) -> Answer:
        visitor = rosa.another()
        gate.wait()
        try:
            return send(visitor, n)
        finally:
            visitor.close()

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(send_at_the_gate, range(MANY)))
    assert all(answer.status < 500 for answer in answers), Counter(answer.status for answer in answers)
    return answers


def key() -> str:
    return str(uuid4())


def offer(rosa: Visitor, prize: str = "1:20", quantity: str = "1", once: str = "") -> str:
    """Offer a prize to Amir. Return the address of the page on which he confirms it."""
    answer = rosa.post("/clients/1/redeem", prize=prize, quantity=quantity, key=once or key())
    assert answer.status == 303 and answer.location, answer.text
    return answer.location


def confirm(visitor: Visitor, at: str) -> Answer:
    return visitor.post(at, how="nobody", why="Nobody has time for PINs")


def number(app: Flask, statement: str) -> int:
    with app.app_context():
        value = db.session().execute(text(statement)).scalar_one()
        db.session.remove()
    return int(value)


def test_32_confirmations_at_once_do_not_overspend_one_balance(app: Flask, rosa: Visitor) -> None:
    """85 points buy four mugs at 20 points each. The other 28 requests are refused with the numbers."""
    offers = [offer(rosa) for _ in range(MANY)]
    answers = at_once(rosa, lambda v, n: confirm(v, offers[n]))
    assert Counter(answer.status for answer in answers) == {303: 4, 422: 28}
    for answer in answers:
        if answer.status == 422:
            assert (
                "This costs 20 points ($5.00) and the client has 5 ($1.25): 15 more are needed ($3.75)." in answer.text
            )
    assert number(app, "SELECT balance FROM account WHERE key = 'client:1:points'") == 5
    assert number(app, "SELECT balance FROM account WHERE key = 'cabinet:1:items/1'") == 51


def test_32_confirmations_at_once_hand_out_the_last_item_once(app: Flask, rosa: Visitor) -> None:
    with app.app_context():
        save_prize(
            db.session(), name="Last pen", name_es="", category="other", price_cents=25, retail_cents=25, is_active=True,
            actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip
        deliver_stock(
            db.session(), site_id=1, prize_id=3, quantity=1, note="One", key=cast.key(), actor=cast.miriam, now=cast.NOW
        )
        db.session.remove()
    offers = [offer(rosa, "3:1") for _ in range(MANY)]
    answers = at_once(rosa, lambda v, n: confirm(v, offers[n]))
    assert Counter(answer.status for answer in answers) == {303: 1, 422: 31}
    assert sum("1 wanted, 0 left in the cabinet." in answer.text for answer in answers) == 31
    assert number(app, "SELECT balance FROM account WHERE key = 'cabinet:1:items/3'") == 0


def test_the_same_form_sent_32_times_at_once_is_saved_once(app: Flask, rosa: Visitor) -> None:
    """There is one offer and one redemption, and every response leads to it."""
    same = key()
    answers = at_once(rosa, lambda v, _: v.post("/clients/1/redeem", prize="1:20", quantity="1", key=same))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/offers/1")}
    answers = at_once(rosa, lambda v, _: confirm(v, "/offers/1"))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/redemptions/1")}
    assert number(app, "SELECT COUNT(*) FROM redemption") == 1


def test_one_key_with_different_content_saves_the_first_and_refuses_the_others(app: Flask, rosa: Visitor) -> None:
    same = key()
    answers = at_once(rosa, lambda v, n: v.post("/clients/1/redeem", prize="1:20", quantity=str(1 + n % 2), key=same))
    assert Counter(answer.status for answer in answers) == {303: 16, 422: 16}
    assert sum("already sent with other content" in answer.text for answer in answers) == 16
    assert number(app, "SELECT COUNT(*) FROM offer") == 1


def a_test(day: int, specimen: str) -> dict[str, str]:
    return {
        "happened_on": f"2026-03-{day:02}", "collected_time": "10:00", "specimen": "given", "specimen_id": specimen,
        "temperature": "in_range", "result_cocaine": "negative", "key": key(),
    }  # fmt: skip


def test_one_specimen_on_32_forms_at_once_is_recorded_once(app: Flask, rosa: Visitor) -> None:
    answers = at_once(rosa, lambda v, n: v.post("/enrollments/1/0/visits/new", **a_test(9 + n % 8, "U77")))
    saved = [answer for answer in answers if answer.status == 303]
    assert len(saved) == 1
    for answer in answers:
        if answer.status != 303:
            assert answer.status == 409
            assert "already recorded" in answer.text
    # Four requests name each of eight days. Three are refused because their day has the saved visit, and the other 28
    # because the specimen is recorded.
    assert sum("Specimen U77 was already recorded at this site" in answer.text for answer in answers) == 28
    assert number(app, "SELECT COUNT(*) FROM visit WHERE specimen_id = 'U77'") == 1


def test_one_visit_entered_by_32_people_at_once_is_paid_once(app: Flask, rosa: Visitor) -> None:
    """The fourth visit in a row earns 25 points."""
    answers = at_once(rosa, lambda v, n: v.post("/enrollments/1/0/visits/new", **a_test(9, f"U{n}")))
    assert Counter(answer.status for answer in answers) == {303: 1, 409: 31}
    assert all("already recorded" in answer.text for answer in answers if answer.status == 409)
    assert number(app, "SELECT balance FROM account WHERE key = 'client:1:points'") == 110


@pytest.mark.owner
def test_code_without_locks_overspends_in_the_same_race(app: Flask, port: int) -> None:
    """Code that reads the balance and then writes it sells more than four mugs for 85 points: the race is real."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE naive (balance INTEGER)"))
        connection.execute(text("INSERT INTO naive VALUES (85)"))
    gate = threading.Barrier(MANY)

    def buy_a_mug(_: int) -> bool:
        with app.app_context():
            gate.wait()
            with db.engine.begin() as connection:
                balance = connection.execute(text("SELECT balance FROM naive")).scalar_one()
            time.sleep(0.01)
            if balance < 20:
                return False
            with db.engine.begin() as connection:
                connection.execute(text("UPDATE naive SET balance = :balance"), {"balance": balance - 20})
            return True

    with ThreadPoolExecutor(MANY) as pool:
        sold = sum(pool.map(buy_a_mug, range(MANY)))
    assert sold > 4
