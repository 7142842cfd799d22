"""32 at once over real HTTP: never below zero, nothing oversold, paid once, and a sentence for those who lose."""

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
    """Rosa at the pages, with Amir's 85 points and a well-filled shelf; afterwards the ledger verifies."""
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
    """32 connections that all send at the same moment."""
    gate = threading.Barrier(MANY)

    def one(n: int) -> Answer:
        visitor = rosa.another()
        gate.wait()
        try:
            return send(visitor, n)
        finally:
            visitor.close()

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(one, range(MANY)))
    assert all(answer.status < 500 for answer in answers), Counter(answer.status for answer in answers)
    return answers


def key() -> str:
    return str(uuid4())


def offer(rosa: Visitor, prize: str = "1:20", quantity: str = "1", once: str = "") -> str:
    """Offer a prize to Amir. Return the page on which he confirms it."""
    answer = rosa.post("/clients/1/redeem", prize=prize, quantity=quantity, key=once or key())
    assert answer.status == 303 and answer.location, answer.text
    return answer.location


def confirm(visitor: Visitor, at: str) -> Answer:
    return visitor.post(at, how="nobody", why="Nobody has time for PINs")


def number(app: Flask, statement: str) -> int:
    with app.app_context():
        found = db.session().execute(text(statement)).scalar_one()
        db.session.remove()
    return int(found)


def test_one_balance(app: Flask, rosa: Visitor) -> None:
    """85 points, mugs of 20: four are handed out, and 28 are told the numbers."""
    offers = [offer(rosa) for _ in range(MANY)]
    answers = at_once(rosa, lambda v, n: confirm(v, offers[n]))
    assert Counter(answer.status for answer in answers) == {303: 4, 422: 28}
    for answer in answers:
        if answer.status == 422:
            assert "This costs 20 points and the client has 5: 15 more are needed." in answer.text
    assert number(app, "SELECT balance FROM account WHERE key = 'client:1:points'") == 5
    assert number(app, "SELECT balance FROM account WHERE key = 'cabinet:1:items/1'") == 51


def test_the_last_item(app: Flask, rosa: Visitor) -> None:
    with app.app_context():
        save_prize(
            db.session(), name="Last pen", name_es="", category="other", price_points=1, retail_cents=25, is_active=True,
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


def test_one_key(app: Flask, rosa: Visitor) -> None:
    """The same forms from 32 impatient fingers: one offer, one redemption, and everybody sees its receipt."""
    same = key()
    answers = at_once(rosa, lambda v, _: v.post("/clients/1/redeem", prize="1:20", quantity="1", key=same))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/offers/1")}
    answers = at_once(rosa, lambda v, _: confirm(v, "/offers/1"))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/redemptions/1")}
    assert number(app, "SELECT COUNT(*) FROM redemption") == 1


def test_one_key_with_other_content(app: Flask, rosa: Visitor) -> None:
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


def test_one_specimen(app: Flask, rosa: Visitor) -> None:
    answers = at_once(rosa, lambda v, n: v.post("/enrollments/1/0/visits/new", **a_test(9 + n % 8, "U77")))
    won = [answer for answer in answers if answer.status == 303]
    assert len(won) == 1
    for answer in answers:
        if answer.status != 303:
            assert answer.status == 409
            assert "already recorded" in answer.text
    # Four enter each of the eight days: the three who share the winner's are told of the day, 28 of the cup.
    assert sum("Specimen U77 was already recorded at this site" in answer.text for answer in answers) == 28
    assert number(app, "SELECT COUNT(*) FROM visit WHERE specimen_id = 'U77'") == 1


def test_one_visit(app: Flask, rosa: Visitor) -> None:
    """The fourth in a row earns 25; 32 members of staff enter it, and it is paid once."""
    answers = at_once(rosa, lambda v, n: v.post("/enrollments/1/0/visits/new", **a_test(9, f"U{n}")))
    assert Counter(answer.status for answer in answers) == {303: 1, 409: 31}
    assert all("already recorded" in answer.text for answer in answers if answer.status == 409)
    assert number(app, "SELECT balance FROM account WHERE key = 'client:1:points'") == 110


@pytest.mark.owner
def test_naive_code_in_the_same_race_overspends(app: Flask, port: int) -> None:
    """Look, then write, as one would at first: 85 points buy more than four mugs. So the race does bite."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE naive (balance INTEGER)"))
        connection.execute(text("INSERT INTO naive VALUES (85)"))
    gate = threading.Barrier(MANY)

    def one(_: int) -> bool:
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
        sold = sum(pool.map(one, range(MANY)))
    assert sold > 4
