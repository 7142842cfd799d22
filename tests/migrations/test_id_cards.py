"""Migration 0034: ID cards. A program that is there has none, and goes back without."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.operations.clients.issue_card import issue_card
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0034.
BEFORE = "0033"


def test_a_program_of_an_earlier_version_gets_cards_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert "id_card" not in inspect(db.engine).get_table_names()
        db.engine.dispose()
        upgrade()
        issue_card(db.session(), client_id=cast.AMIR, key=cast.key(), actor=cast.rosa, now=cast.NOW)
        cast.visit(db.session(), 7)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_client_has_one_valid_card_and_a_downgrade_that_would_lose_it_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        issue_card(db.session(), client_id=cast.AMIR, key=cast.key(), actor=cast.rosa, now=cast.NOW)
        second = "INSERT INTO id_card (client_id, number, issued_at) SELECT 1, '7', issued_at FROM id_card"
        assert refuses(db.session(), second)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "id_card holds what 0033 has no place for" in caplog.text
