"""Migration 0038: how a client sees the kiosk. Nobody has chosen anything before, and an open card stays open."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from cm_tracker.db import db
from cm_tracker.domain.kiosk.looks import Look
from cm_tracker.operations.kiosk.choose_look import choose_look
from tests import cast
from tests.migrations.test_migrations import refuses
from tests.operations.kiosk.test_looks import look, opened

pytestmark = pytest.mark.owner
# The migration before 0038.
BEFORE = "0037"


def test_a_card_that_is_open_during_the_update_looks_as_usual(app: Flask) -> None:
    with app.app_context():
        token = opened(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert "kiosk_preference" not in inspect(db.engine).get_table_names()
        assert db.session().execute(text("SELECT count(*) FROM kiosk_session")).scalar() == 1
        db.session.remove()
        db.engine.dispose()
        upgrade()
        assert look(db.session(), token) == Look("en", "en", False, "usual", "usual")
        choose_look(db.session(), token=token, now=cast.NOW, colors="dark")
        assert look(db.session(), token) == Look("en", "en", False, "usual", "dark")
        db.session.remove()


def test_only_known_choices_are_stored_and_a_downgrade_that_would_lose_them_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        choose_look(db.session(), token=opened(db.session()), now=cast.NOW, text_size="large")
        assert refuses(db.session(), "UPDATE kiosk_preference SET colors = 'pink'")
        assert refuses(db.session(), "UPDATE kiosk_preference SET text_size = 'huge'")
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "kiosk_preference holds what 0037 has no place for" in caplog.text
