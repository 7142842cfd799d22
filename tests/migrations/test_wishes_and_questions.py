"""Migrations 0036 and 0037: what clients say at the kiosk. A program that is there has none, and goes back without."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.operations.kiosk.note_moment import note_moment
from cm_tracker.operations.kiosk.set_wish import set_wish
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.kiosk import AT_HARBOR, asked, question
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
BEFORE_QUESTIONS, BEFORE_WISHES = "0036", "0035"
NEW = {"wish", "prize_request", "moment_shown", "question"}


def test_a_program_of_an_earlier_version_gets_requests_and_questions_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE_WISHES)
        assert not NEW & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        asked(db.session())
        question(db.session())
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_question_waits_once_and_a_downgrade_that_would_lose_it_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        question(db.session())
        second = (
            "INSERT INTO question (client_id, site_id, topic, asked_at) SELECT 1, 1, 'talk', asked_at FROM question"
        )
        assert refuses(db.session(), second)
        assert refuses(db.session(), "UPDATE question SET answer = 'today'")
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE_QUESTIONS)
        assert "question holds what 0036 has no place for" in caplog.text


@pytest.mark.parametrize("kept", ["wish", "prize_request", "moment_shown"])
def test_a_downgrade_that_would_lose_what_a_client_said_is_refused(
    app: Flask, kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        cast.rich(db.session())
        if kept == "wish":
            set_wish(db.session(), client_id=cast.AMIR, prize_id=cast.CARD, actor=AT_HARBOR, now=cast.NOW)
        elif kept == "prize_request":
            asked(db.session())
            assert refuses(db.session(), "UPDATE prize_request SET ended = 'lost'")
            assert refuses(db.session(), "UPDATE prize_request SET reason = 'soon'")
        else:
            note_moment(db.session(), client_id=cast.AMIR, moment="run-3", actor=AT_HARBOR, now=cast.NOW)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE_WISHES)
        assert f"{kept} holds what 0035 has no place for" in caplog.text
