"""Migrations 0030 and 0031: the tables of goals, reviews and slips. What staff wrote stays as it is, and is not lost."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests import goals as here
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
BEFORE_GOALS, BEFORE_SLIPS = "0029", "0030"
GOALS = {"listed_goal", "goal", "goal_step", "goal_change", "review", "review_change"}
SLIPS = {"meeting_slip", "slip_decision"}


def test_a_program_of_an_earlier_version_gets_goals_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        for before, gone in ((BEFORE_SLIPS, SLIPS), (BEFORE_GOALS, GOALS | SLIPS)):
            downgrade(revision=before)
            assert not gone & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        assert set(inspect(db.engine).get_table_names()) >= GOALS | SLIPS
        cast.visit(db.session(), 7)
        here.meet(db.session(), here.goal(db.session(), enrollment_id=cast.AMIR, behavior=None))
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_goals_reviews_and_slips_are_written_once(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        service_id = here.meeting(session)
        here.slip(session, service_id, decision="accepted")
        here.meet(session, here.goal(session, steps=["Write"], enrollment_id=cast.AMIR, behavior=None))
        here.review(session, repeats=True, actor=cast.miriam)
        session.commit()
        for table, column in (
            ("goal", "kind = 'work'"),
            ("goal_step", "goal_id = 1"),
            ("goal_change", "what = 'dropped'"),
            ("review", "kind = 'check_in'"),
            ("review_change", "what = 'once'"),
            ("meeting_slip", "service_id = 1"),
            ("slip_decision", "decision = 'declined'"),
        ):
            assert refuses(session, f"UPDATE {table} SET {column}"), table
            assert refuses(session, f"DELETE FROM {table}"), table
        decided = (
            "INSERT INTO slip_decision (id, slip_id, decision, note_digest, recorded_at) "
            "SELECT 9, slip_id, 'declined', signer_digest, slip_decision.recorded_at "
            "FROM slip_decision JOIN meeting_slip ON meeting_slip.id = slip_id"
        )
        assert refuses(session, decided), "a slip is decided once"
        moved = "INSERT INTO goal_change (id, goal_id, what, recorded_at) SELECT 9, id, 'moved', recorded_at FROM goal"
        assert "only_a_move_has_a_due_day" in refuses(session, moved)
        db.session.remove()


@pytest.mark.parametrize(("before", "table"), [(BEFORE_SLIPS, "meeting_slip"), (BEFORE_GOALS, "listed_goal")])
def test_a_downgrade_that_would_lose_what_was_written_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, before: str, table: str
) -> None:
    with app.app_context():
        if table == "meeting_slip":
            here.slip(db.session(), here.meeting(db.session()))
        else:
            here.listed(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=before)
        assert f"{table} holds what {before} has no place for" in caplog.text
