"""Migration 0048: second factors, and when somebody last proved who they are. Sessions stay, and are asked again."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from cm_tracker.db import db
from cm_tracker.operations.staff.remove_app import remove_app
from cm_tracker.queries.staff.staff import signed_in
from cm_tracker.secret_box import SecretBox
from tests import cast
from tests.authenticator import with_app
from tests.migrations.test_migrations import refuses
from tests.migrations.test_sources_of_sign_ins import session_token

pytestmark = pytest.mark.owner
# The migration before 0048.
BEFORE = "0047"


def test_sessions_stay_open_and_have_proved_nothing_lately(app: Flask) -> None:
    with app.app_context():
        token = session_token()
        db.session.remove()
        downgrade(revision=BEFORE)
        assert {"second_factor", "passkey", "recovery_code"}.isdisjoint(inspect(db.engine).get_table_names())
        db.session.remove()
        db.engine.dispose()
        upgrade()
        person = signed_in(db.session(), token, cast.NOW, timedelta(minutes=20))
        assert person is not None
        assert (person.proved_at, person.is_for_set_up) == (None, False)
        db.session.remove()


def test_there_is_no_way_back_while_somebody_relies_on_a_second_factor(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        with_app(db.session(), SecretBox(tmp_path), cast.rosa)
        db.session.remove()
        with pytest.raises(SystemExit):  # flask-migrate logs the reason and exits
            downgrade(revision=BEFORE)
        db.session.rollback()
        assert db.session.execute(text("SELECT count(*) FROM second_factor")).scalar_one() == 1
        remove_app(db.session(), actor=cast.rosa, now=cast.NOW)
        db.session.remove()
        downgrade(revision=BEFORE)
        upgrade()
        db.session.remove()


def test_a_second_factor_is_that_of_an_account_and_a_code_is_there_once(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        with_app(db.session(), SecretBox(tmp_path), cast.rosa)
        assert refuses(db.session(), "INSERT INTO second_factor (staff_id) VALUES (99)")
        assert refuses(
            db.session(),
            "INSERT INTO recovery_code (staff_id, code_hash, made_at) SELECT 2, code_hash, made_at FROM recovery_code",
        )
