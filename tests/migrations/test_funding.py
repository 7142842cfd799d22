"""Migrations 0050, 0051 and 0055: sources of money, who pays, purchases, promises and keys. All are written once."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, drawing, funding, purchasing
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
BEFORE = "0048"
TABLES = {
    "funding_source", "funding_terms", "enrollment_funding", "purchase", "purchase_decision", "purchase_receipt",
    "use_promise", "key_holding", "key_return",
}  # fmt: skip


def test_a_program_of_an_earlier_version_gets_sources_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert not TABLES & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        assert set(inspect(db.engine).get_table_names()) >= TABLES
        funding.source(db.session())
        funding.choose(db.session())
        cast.visit(db.session(), 7)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_sources_and_their_terms_are_written_once(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        funding.source(session)
        funding.choose(session)
        daniel = cast.another_lead(session)
        purchase_id = purchasing.ask(session)
        purchasing.decide(session, purchase_id, actor=daniel)
        purchasing.receive(session, purchase_id, actor=daniel)
        for table, column in (
            ("purchase", "unit_cents = 1"),
            ("purchase_decision", "decision = 'declined'"),
            ("purchase_receipt", "staff_id = NULL"),
            ("funding_source", "name = 'Another'"),
            ("funding_terms", "client_cents = 1"),
            ("enrollment_funding", "source_id = NULL"),
        ):
            assert refuses(session, f"UPDATE {table} SET {column}"), table
            assert refuses(session, f"DELETE FROM {table}"), table
        assert "kind_is_known" in refuses(
            session,
            "INSERT INTO funding_source (id, name, kind, created_at) SELECT 9, 'x', 'lottery', created_at "
            "FROM funding_source",
        )
        db.session.remove()


def test_a_downgrade_that_would_lose_a_purchase_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        purchasing.ask(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "holds what 0050 has no place for" in caplog.text


def test_a_downgrade_that_would_lose_a_source_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        funding.source(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "holds what 0048 has no place for" in caplog.text


def test_a_budget_is_positive_and_is_not_lost_by_going_back(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        session = db.session()
        funding.source(session)
        assert "budget_is_positive" in refuses(
            session,
            "INSERT INTO funding_terms (id, source_id, from_on, budget_cents, buys, is_closed, recorded_at) "
            "SELECT 9, 1, from_on, 0, '', is_closed, recorded_at FROM funding_terms",
        )
        db.session.remove()
        # Without a budget nothing is lost: the source itself is what stops the way further down.
        downgrade(revision="0054")
        upgrade()
        funding.terms(db.session(), budget_cents=45_000)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0054")
        assert "funding_terms holds what 0055 has no place for (budget_cents)" in caplog.text
        db.session.remove()


def test_the_value_of_a_slip_is_not_lost_by_going_back(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        session = db.session()
        client = drawing.won(session)
        db.session.remove()
        downgrade(revision="0054")
        upgrade()
        drawing.choose(db.session(), client, drawing.shelved(db.session(), "small"), "small")
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0054")
        assert "redemption holds what 0055 has no place for (retail_cents)" in caplog.text
        db.session.remove()
