"""Migration 0042: consents and disclosures. They are only added to, and a downgrade that would lose them is refused."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.migrations.test_migrations import refuses
from tests.operations.clients.test_consents import agreement, consent, disclosed, revoke

pytestmark = pytest.mark.owner
BEFORE = "0041"
NEW = {"agreement", "consent", "consent_revocation", "disclosure"}


def test_a_program_of_an_earlier_version_keeps_consents_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert not NEW & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        disclosed(db.session(), consent_id=consent(db.session()))
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@pytest.mark.parametrize("kept", ["agreement", "consent", "disclosure"])
def test_a_downgrade_that_would_lose_what_was_recorded_is_refused(
    app: Flask, kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        if kept == "agreement":
            agreement(db.session())
        elif kept == "consent":
            consent(db.session())
        else:
            disclosed(db.session(), "audit")
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert f"{kept} holds what 0041 has no place for" in caplog.text
        db.session.remove()


def test_the_database_itself_refuses_what_cannot_be(app: Flask) -> None:
    with app.app_context():
        consent_id = consent(db.session())
        revoke(db.session(), consent_id)
        disclosed(db.session(), "audit")
        columns = "client_id, site_id, consent_id, recipient, what, purpose, disclosed_on, recorded_at, staff_id"
        for statement in (
            "INSERT INTO consent_revocation (client_id, site_id, consent_id, revoked_on, recorded_at) "
            "SELECT client_id, site_id, consent_id, revoked_on, recorded_at FROM consent_revocation",
            f"INSERT INTO disclosure (basis, {columns}) SELECT 'curiosity', {columns} FROM disclosure",
            f"INSERT INTO disclosure (basis, {columns}) SELECT 'consent', {columns} FROM disclosure",
            "INSERT INTO consent (client_id, site_id, recipient, what, purpose, signed_on, until, recorded_at) "
            "SELECT client_id, site_id, recipient, what, purpose, signed_on, '2026-03-01', recorded_at FROM consent",
        ):
            assert refuses(db.session(), statement), statement
        db.session.remove()
