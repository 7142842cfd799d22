"""Migrations 0059 and 0063: signed agreements. A downgrade that would lose one is refused."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.migrations.test_migrations import refuses
from tests.operations.clients.test_sign_agreement import sign, withdraw

pytestmark = pytest.mark.owner
BEFORE = "0058"


def test_a_program_of_an_earlier_version_keeps_agreements_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert "signed_agreement" not in inspect(db.engine).get_table_names()
        db.engine.dispose()
        upgrade()
        sign(db.session())
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_an_agreement_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        sign(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert f"signed_agreement holds what {BEFORE} has no place for" in caplog.text
        db.session.remove()


def test_the_database_itself_refuses_what_cannot_be(app: Flask) -> None:
    columns = (
        "enrollment_id, site_id, schedule_version_id, language, signed_on, witness_id, note_digest, recorded_at, via"
    )
    with app.app_context():
        sign(db.session())
        statement = (
            f"INSERT INTO signed_agreement ({columns}, way) SELECT {columns}, 'by telephone' FROM signed_agreement"
        )
        assert refuses(db.session(), statement)
        db.session.remove()


def test_agreements_outlive_the_change_of_their_table_both_ways(app: Flask) -> None:
    with app.app_context():
        sign(db.session())
        db.session.remove()
        for go, revision in ((downgrade, "0062"), (upgrade, "0063")):
            go(revision=revision)
            db.engine.dispose()
            assert refuses(db.session(), "UPDATE signed_agreement SET language = 'es'")
            db.session.remove()
        upgrade()
        db.engine.dispose()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_a_withdrawal_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        withdraw(db.session(), sign(db.session()))
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0062")
        assert "signature_withdrawal holds what 0062 has no place for" in caplog.text
        db.session.remove()
