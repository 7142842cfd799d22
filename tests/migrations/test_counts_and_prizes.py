"""Migrations of counts, prizes and redemptions keep what was counted, paid and confirmed."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from cm_tracker.db import db, of_transaction
from cm_tracker.domain.ledger.accounts import Entry, cabinet_account, client_account, items, site_account
from cm_tracker.operations.prizes.begin_count import begin_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_client import LOCKED_CLIENTS
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.counts import counts
from tests import cast
from tests.redeeming import redeem_at_once

pytestmark = pytest.mark.owner


BEFORE_ROUNDS = "0018"


def test_counts_from_before_there_were_rounds_stay_as_they_are(app: Flask) -> None:
    """A count and a signature of the older version are read, shown and verified after the update."""
    with app.app_context():
        session: Session = db.session()
        old = {"site_id": 1, "recorded_at": cast.NOW, "via": "web", "round_id": None, "retail": None}
        first = add_record(session, "stock_count", **old, lines="[[1,5,5],[2,1,1]]", staff_id=cast.ROSA)
        signature = add_record(
            session, "count_signature", count_id=first.id, site_id=1, note_digest=None, transaction_id=None,
            lead_id=None, recorded_at=cast.NOW, staff_id=cast.LEO, via="web",
        )  # fmt: skip
        second = add_record(session, "stock_count", **old, lines="[[1,3,5],[2,1,1]]", staff_id=cast.ROSA)
        seal_records(session, [first, signature, second])
        session.commit()
        db.session.remove()
        downgrade(revision=BEFORE_ROUNDS)
        assert "round_id" not in {column["name"] for column in inspect(db.engine).get_columns("stock_count")}
        db.engine.dispose()
        upgrade()
        session = db.session()
        newest, signed = counts(session, cast.grace)
        assert [(line.counted, line.expected) for line in newest.lines] == [(3, 5), (1, 1)]
        assert (newest.signed_at, newest.is_open, signed.signed_by) == (None, False, "Leo")
        assert verify_ledger(session).findings == []
        count_stock(session, site_id=1, counted={1: 5, 2: 1}, key=cast.key(), actor=cast.rosa, now=cast.NOW)
        db.session.remove()
        db.engine.dispose()


def test_a_downgrade_that_would_lose_a_round_of_counts_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        begin_count(db.session(), site_id=1, actor=cast.rosa, now=cast.NOW)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE_ROUNDS)
        assert "count_round holds what" in caplog.text


def redeem_before_0017(session: Session) -> None:
    """Hand a mug to Amir for 20 points as an older program did, and offer him another one."""
    purse, spent = client_account(cast.AMIR, "points"), site_account("spent", cast.HARBOR, "points")
    shelf, given = cabinet_account(cast.HARBOR, cast.MUG), site_account("given", cast.HARBOR, items(1), cast.MUG)
    # `lock_client` reads a column that this version does not have yet.
    session.connection()
    of_transaction(session, LOCKED_CLIENTS)[str(cast.AMIR)] = cast.AMIR
    lock_balances(session, [purse, shelf])
    transaction = post_transaction(
        session,
        "redemption",
        [Entry(purse, -20), Entry(spent, 20), Entry(shelf, -1), Entry(given, 1)],
        site_id=cast.HARBOR,
        client_id=cast.AMIR,
        actor=cast.rosa,
        now=cast.NOW,
    )
    row = {
        "id": 1, "client_id": cast.AMIR, "site_id": cast.HARBOR, "prize_id": cast.MUG, "prize_name": "Travel mug",
        "price_points": 20, "quantity": 1, "transaction_id": transaction.id, "confirmed": "screen",
        "staff_id": cast.ROSA, "via": "web", "recorded_at": cast.NOW,
    }  # fmt: skip
    columns = ", ".join(row)
    session.execute(
        text(f"INSERT INTO redemption ({columns}) VALUES ({', '.join(f':{name}' for name in row)})"),
        {**row, "recorded_at": "2026-03-16 15:00:00.000000"},
    )
    session.execute(
        text(
            "INSERT INTO offer (client_id, prize_id, prize_name, price_points, quantity, is_set_aside, offered_at, via) "
            "VALUES (1, 1, 'Travel mug', 20, 1, FALSE, '2026-03-16 15:00:00.000000', 'web')"
        )
    )
    empty = dict.fromkeys(("tier", "way", "card_id", "note_digest", "price_cents", "retail_cents", "given_at"))
    seal_records(session, [transaction, Record("redemption", {**row, **empty})])
    session.commit()


def test_prizes_get_the_money_that_their_points_are_worth_and_old_redemptions_keep_their_points(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision="0015")
        with db.engine.connect() as connection:
            prices = connection.execute(text("SELECT price_points FROM prize ORDER BY id")).scalars().all()
        assert prices == [20, 80]
        redeem_before_0017(db.session())
        db.session.remove()
        upgrade()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT price_cents FROM prize ORDER BY id")).scalars().all() == [500, 2000]
            assert connection.execute(text("SELECT price_points, price_cents FROM offer")).one() == (20, 500)
            assert connection.execute(text("SELECT price_points, price_cents FROM redemption")).one() == (20, None)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        downgrade(revision="0015")
        upgrade()
        redeem_at_once(db.session())
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_a_price_in_money_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE prize SET price_cents = 480 WHERE id = 1"))
        keep_states(db.session(), "prize:1")
        note_audit(db.session(), "prize:changed", "prize:1", actor=cast.miriam, now=cast.NOW)
        db.session.commit()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0015")
        assert "prize holds what 0019 has no place for (price_cents)" in caplog.text
        cast.rich(db.session())
        redeem_at_once(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0015")
        assert "redemption holds what 0019 has no place for (price_cents)" in caplog.text
        db.session.remove()


def test_a_downgrade_that_would_lose_a_confirmation_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision="0015")
        redeem_before_0017(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0010")
        assert "redemption holds what 0010 has no place for" in caplog.text
        db.session.remove()
