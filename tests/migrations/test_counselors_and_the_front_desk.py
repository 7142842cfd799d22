"""Migration 0033: two more roles, a client's counselor, and the note that a client does not come."""

from datetime import date

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from cm_tracker.db import db
from cm_tracker.operations.clients.set_counselor import set_counselor
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0033.
BEFORE = "0032"


def test_a_program_of_an_earlier_version_gets_the_roles_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        cast.rich(session)
        week.plan(session, week.item(week.group(session), "024"))
        note_slot(
            session, enrollment_id=cast.AMIR, service_id=1, on_day=week.TODAY, status="arrived", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
        db.session.remove()
        downgrade(revision=BEFORE)
        assert "client_counselor" not in inspect(db.engine).get_table_names()
        assert "role_is_known" in refuses(db.session(), "UPDATE staff SET role = 'counselor' WHERE id = 1")
        db.session.remove()
        db.engine.dispose()
        upgrade()
        db.engine.dispose()
        assert "client_counselor" in inspect(db.engine).get_table_names()
        assert cast.counselor(db.session()).staff_id == 7
        assert db.session().execute(text("SELECT status FROM slot_note")).scalars().all() == ["arrived"]
        cast.visit(db.session(), 7)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_the_counselors_are_written_once_and_the_words_are_known(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        set_counselor(
            session, client_id=cast.AMIR, counselor_id=cast.ROSA, from_on=date(2026, 3, 16), key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
        assert refuses(session, "UPDATE client_counselor SET counselor_id = 2")
        assert refuses(session, "DELETE FROM client_counselor")
        assert "roles_are_known" in refuses(session, "UPDATE staff SET roles = 'chief'")
        db.session.remove()


@pytest.mark.parametrize("what", ["counselor", "role", "note"])
def test_a_downgrade_that_would_lose_something_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    with app.app_context():
        session = db.session()
        if what == "role":
            cast.front_desk(session)
        elif what == "counselor":
            set_counselor(
                session, client_id=cast.AMIR, counselor_id=None, from_on=date(2026, 3, 16), key=cast.key(),
                actor=cast.rosa, now=cast.NOW,
            )  # fmt: skip
        else:
            week.plan(session, week.item(week.group(session), "024"))
            note_slot(
                session, enrollment_id=cast.AMIR, service_id=1, on_day=week.TODAY, status="not_coming",
                key=cast.key(), actor=cast.rosa, now=cast.NOW,
            )  # fmt: skip
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "holds what 0032 has no place for" in caplog.text
