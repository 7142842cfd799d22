"""Counting the cabinet: a count is saved, a second person signs it, and only then the difference is booked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import (
    AlreadySigned,
    BadInput,
    CountIsOld,
    NotAllowed,
    NotFound,
    Refused,
    SecondPersonNeeded,
)
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.catalog import prize_line
from cm_tracker.queries.prizes.counts import count_card
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once


def count(session: Session, mugs: int | None, cards: int | None = 1, *, actor: Actor = cast.rosa) -> int:
    """Count the cabinet of Harbor Street, in which the ledger has five mugs and a card."""
    return count_stock(
        session, site_id=1, counted={cast.MUG: mugs, cast.CARD: cards}, key=cast.key(), actor=actor, now=cast.NOW
    )


def sign(session: Session, count_id: int, *, actor: Actor = cast.leo, reason: str = "Nobody knows") -> int:
    return sign_count(session, count_id=count_id, reason=reason, key=cast.key(), actor=actor, now=cast.NOW)


def mugs(session: Session) -> int:
    return prize_line(session, cast.rosa, cast.MUG).left_at(1)


def test_nothing_is_booked_before_somebody_else_has_signed(session: Session) -> None:
    id_ = count(session, 3)
    assert mugs(session) == 5
    card = count_card(session, cast.leo, id_)
    assert [tuple(line) for line in card.lines] == [(cast.MUG, 3, 5, ()), (cast.CARD, 1, 1, ())]
    assert (card.missing, card.surplus, card.is_newest, card.signed_at) == (2, 0, True, None)
    sign(session, id_)
    assert mugs(session) == 3
    card = count_card(session, cast.leo, id_)
    assert (card.signed_by, card.note) == ("Leo", "Nobody knows") and card.transaction_id is not None
    assert verify_ledger(session).findings == []


def test_a_surplus_is_booked_back_from_shrinkage(session: Session) -> None:
    sign(session, count(session, 7, 0))
    assert mugs(session) == 7
    rows = session.execute(
        text(
            "SELECT a.key, e.amount FROM entry e JOIN account a ON a.id = e.account_id JOIN ledger_transaction t "
            "ON t.id = e.transaction_id WHERE t.kind = 'shrinkage' ORDER BY e.position"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("cabinet:1:items/1", 2), ("shrinkage:1:items/1", -2), ("cabinet:1:items/2", -1), ("shrinkage:1:items/2", 1),
    ]  # fmt: skip


def test_a_count_without_a_difference_needs_no_reason(session: Session) -> None:
    id_ = count(session, 5)
    sign(session, id_, reason="")
    assert count_card(session, cast.rosa, id_).transaction_id is None
    assert verify_ledger(session).findings == []


def test_the_person_who_counted_does_not_sign(session: Session) -> None:
    id_ = count(session, 3)
    with pytest.raises(SecondPersonNeeded):
        sign(session, id_, actor=cast.rosa)
    with pytest.raises(BadInput, match="what you think happened"):
        sign(session, id_, reason=" ")
    sign(session, id_, actor=cast.miriam)
    with pytest.raises(AlreadySigned):
        sign(session, id_)
    assert mugs(session) == 3


def test_everything_has_to_be_counted(session: Session) -> None:
    for numbers in ((None, 1), (5, None), (-1, 1), (100_001, 1)):
        with pytest.raises(BadInput, match="or 0 for none"):
            count(session, *numbers)
    assert session.execute(text("SELECT COUNT(*) FROM stock_count")).scalar_one() == 0


def test_an_older_count_is_not_signed_any_more(session: Session) -> None:
    first = count(session, 3)
    second = count(session, 4)
    with pytest.raises(CountIsOld):
        sign(session, first)
    sign(session, second)
    assert mugs(session) == 4


def test_what_was_handed_out_between_counting_and_signing_stays_handed_out(session: Session) -> None:
    cast.rich(session)
    id_ = count(session, 4)
    redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=2, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    sign(session, id_)
    assert mugs(session) == 2  # five, one of them missing, two handed out


def test_a_count_whose_missing_items_were_handed_out_since_is_counted_again(session: Session) -> None:
    cast.rich(session)
    id_ = count(session, 0)
    redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    with pytest.raises(CountIsOld):
        sign(session, id_)
    assert mugs(session) == 4


def test_who_may_count_and_sign(session: Session) -> None:
    for actor, refusal in ((cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)):
        with pytest.raises(refusal):
            count(session, 5, actor=actor)
    id_ = count(session, 5)
    for actor, refusal in ((cast.grace, NotAllowed), (cast.anna, NotFound)):
        with pytest.raises(refusal):
            sign(session, id_, actor=actor)


def test_two_who_sign_at_once_book_the_difference_once(app: Flask) -> None:
    with app.app_context():
        id_ = count(db.session(), 3)
        db.session.remove()

    def do(actor: Actor) -> str:
        with app.app_context():
            try:
                sign(db.session(), id_, actor=actor)
            except Refused as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "signed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(do, (cast.leo, cast.miriam))) == ["AlreadySigned", "signed"]
    with app.app_context():
        assert mugs(db.session()) == 3
        db.session.remove()


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE count_signature SET staff_id = (SELECT staff_id FROM stock_count)", "count_signature"),
        ("UPDATE stock_count SET lines = '[[1,4,5],[2,1,1]]'", "stock_count"),
    ],
    ids=["signed by who counted", "another number of items"],
)
def test_a_signature_or_a_count_that_was_changed_is_found(app: Flask, kind: str, statement: str, table: str) -> None:
    with app.app_context():
        session: Session = db.session()
        sign(session, count(session, 3))
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        findings = {(finding.level, finding.table) for finding in verify_ledger(session).findings}
        assert findings == {(3, table), (4, "count_signature")}
        put_guards_back(session, kind)
        db.session.remove()
