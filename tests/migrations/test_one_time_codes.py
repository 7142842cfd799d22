"""Migration 0047: one-time codes, accounts without a password, and from where somebody is signed in."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.domain.staff.sign_ins import NOWHERE, Where, sign_in_limit
from cm_tracker.operations.staff.make_code import make_code
from cm_tracker.operations.staff.redeem_code import redeem_code
from cm_tracker.operations.staff.sign_in import sign_in
from cm_tracker.passwords import Hasher
from cm_tracker.queries.staff.sessions import open_sessions
from cm_tracker.queries.staff.staff import signed_in
from tests import cast
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0047.
BEFORE = "0046"
HASHER, LIMIT, IDLE = Hasher(64, 1), sign_in_limit(5, timedelta(minutes=10)), timedelta(minutes=20)


def session_token() -> str:
    return sign_in(
        db.session(), username="rosa", password=cast.PASSWORD, browser=None, place="address:192.0.2.1", hasher=HASHER,
        limit=LIMIT, now=cast.NOW, where=Where("192.0.2.1", "Firefox on Windows"),
    ).token  # fmt: skip


def columns(table: str) -> dict[str, bool]:
    """Return the columns of a table, and whether they may be empty."""
    return {one["name"]: one["nullable"] for one in inspect(db.engine).get_columns(table)}


def test_an_update_keeps_passwords_and_sessions_and_does_not_know_where_these_began(app: Flask) -> None:
    with app.app_context():
        token = session_token()
        db.session.remove()
        downgrade(revision=BEFORE)
        assert "one_time_code" not in inspect(db.engine).get_table_names()
        assert {"address", "browser"}.isdisjoint(columns("staff_session"))
        assert columns("staff")["password_hash"] is False
        assert refuses(db.session(), "UPDATE staff SET password_hash = NULL WHERE id = 1")
        db.session.remove()
        db.engine.dispose()
        upgrade()
        db.engine.dispose()
        assert columns("staff")["password_hash"] is True
        assert signed_in(db.session(), token, cast.NOW, IDLE) is not None
        here = open_sessions(db.session(), cast.rosa, token, cast.NOW, IDLE)
        assert [(one.address, one.browser, one.is_this) for one in here] == [("", "", True)]
        db.session.rollback()
        assert session_token() != token
        db.session.remove()


def test_there_is_no_way_back_while_somebody_has_no_password(app: Flask) -> None:
    with app.app_context():
        code = make_code(db.session(), staff_id=cast.ROSA, hasher=HASHER, actor=cast.miriam, now=cast.NOW).code
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        redeem_code(
            db.session(), username="rosa", code=code, new=cast.PASSWORD, browser=None, place="address:192.0.2.1",
            where=NOWHERE, hasher=HASHER, limit=LIMIT, now=cast.NOW,
        )  # fmt: skip
        db.session.remove()
        downgrade(revision=BEFORE)
        db.engine.dispose()
        upgrade()
        db.engine.dispose()
        assert session_token()
        db.session.remove()
