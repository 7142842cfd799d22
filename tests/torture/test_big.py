"""The honest ledger has no finding, however long it is. `make torture` asks for 100,000 transactions."""

import os

import pytest
from flask import Flask

from cm_tracker.db import db, snapshot
from cm_tracker.queries.ledger_verify import verify_ledger
from tests import big_ledger

TRANSACTIONS = int(os.environ.get("TORTURE_TRANSACTIONS", "2000"))


@pytest.mark.owner
def test_the_honest_ledger_has_no_finding(app: Flask) -> None:
    with app.app_context():
        big_ledger.fill(db.session(), TRANSACTIONS)
        with snapshot(db.engine) as session:
            found = verify_ledger(session)
        assert found.findings == []
        assert found.transactions >= TRANSACTIONS
        db.session.remove()
