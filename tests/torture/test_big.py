"""A long correct ledger has no findings. `make torture` runs this with 100,000 transactions."""

import os

import pytest
from flask import Flask
from sqlalchemy import text

from cm_tracker.db import db, snapshot
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import big_ledger

TRANSACTIONS = int(os.environ.get("TORTURE_TRANSACTIONS", "2000"))


@pytest.mark.owner
def test_a_long_correct_ledger_has_no_findings(app: Flask) -> None:
    with app.app_context():
        big_ledger.fill(db.session(), TRANSACTIONS)
        with snapshot(db.engine) as session:
            verification = verify_ledger(session)
        assert verification.findings == []
        assert verification.transactions >= TRANSACTIONS
        db.session.remove()


@pytest.mark.owner
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_head_of_the_log_is_read_from_few_pages_however_often_it_was_updated(app: Flask) -> None:
    """A long transaction leaves many pages of dead rows in log_head. Sealing a record must not read them."""
    with app.app_context():
        session = db.session()
        big_ledger.fill(session, TRANSACTIONS)
        pages = session.execute(text("SELECT pg_relation_size('log_head') / 8192")).scalar_one()
        head = "SELECT size FROM log_head WHERE id = 1 FOR UPDATE"
        session.execute(text(head))  # the first read marks the dead rows
        plan = session.execute(text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {head}")).scalar_one()
        guard = session.execute(text("SELECT pg_get_functiondef('cm_log_has_form'::regproc)")).scalar_one()
        db.session.remove()
    assert pages > 20, "the test needs many pages of dead rows"
    assert plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"] < 10
    assert guard.count("log_head") == guard.count("log_head WHERE id = 1") + guard.count("UPDATE log_head SET") == 2
    assert "hash = NEW.hash WHERE id = 1;" in guard
