"""Migration 0040: from where a password is tried. Waits of accounts end; those of clients, and sessions, stay."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from cm_tracker.db import db
from cm_tracker.domain.staff.sign_ins import sign_in_limit
from cm_tracker.operations.staff.sign_in import sign_in
from cm_tracker.passwords import Hasher
from cm_tracker.queries.staff.staff import signed_in
from tests import cast
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0040.
BEFORE = "0039"
A_WAIT = """
INSERT INTO throttle (subject, failures, began_at, last_failed_at)
SELECT '{subject}', 5, created_at, created_at FROM staff WHERE id = 1
"""


def session_token() -> str:
    return sign_in(
        db.session(), username="rosa", password=cast.PASSWORD, browser=None, place="address:192.0.2.1",
        hasher=Hasher(64, 1), limit=sign_in_limit(5, timedelta(minutes=10)), now=cast.NOW,
    ).token  # fmt: skip


def subjects() -> list[str]:
    return list(db.session.execute(text("SELECT subject FROM throttle ORDER BY subject")).scalars())


def test_an_update_ends_the_waits_of_accounts_and_keeps_those_of_clients_and_every_session(app: Flask) -> None:
    with app.app_context():
        token = session_token()
        db.session.remove()
        downgrade(revision=BEFORE)
        assert {"browser", "browser_use"}.isdisjoint(inspect(db.engine).get_table_names())
        assert {"staff_id", "source"}.isdisjoint(one["name"] for one in inspect(db.engine).get_columns("throttle"))
        for subject in ("kiosk:x", "staff:x"):
            db.session.execute(text(A_WAIT.format(subject=subject)))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        upgrade()
        assert subjects() == ["kiosk:x"]
        assert signed_in(db.session(), token, cast.NOW, timedelta(minutes=20)) is not None
        db.session.rollback()
        assert session_token() != token
        db.session.remove()


def test_a_count_names_an_account_that_exists_and_a_browser_knows_it_once(app: Flask) -> None:
    with app.app_context():
        session_token()
        assert refuses(
            db.session(),
            "INSERT INTO throttle (subject, failures, began_at, last_failed_at, staff_id) "
            "SELECT 'staff:x', 1, created_at, created_at, 99 FROM staff WHERE id = 1",
        )
        assert refuses(
            db.session(),
            "INSERT INTO browser_use (browser_id, staff_id, signed_in_at) "
            "SELECT browser_id, staff_id, signed_in_at FROM browser_use",
        )
        assert refuses(db.session(), "INSERT INTO browser (token_hash) SELECT token_hash FROM browser")
        db.session.remove()
