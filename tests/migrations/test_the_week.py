"""Migration 0029: the tables of the clinic's week. A program that is there has none of it, and goes back without."""

from datetime import date, time

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import insert, inspect

from cm_tracker.db import db
from cm_tracker.models import MeetingRow, PlanItemRow, PlanRow, ServiceRow, SlotNote
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0029.
BEFORE = "0028"
TABLES = {"service", "meeting", "plan", "plan_item", "drawn_day", "closure", "away", "slot_note", "day_closing"}


def test_a_program_of_an_earlier_version_gets_a_week_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert not TABLES & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        assert set(inspect(db.engine).get_table_names()) >= TABLES
        cast.visit(db.session(), 7)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_plans_and_notes_are_written_once(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        cast.rich(session)
        service = session.execute(
            insert(ServiceRow)
            .values(site_id=1, name="Skills group", kind="skills", place="Room 1", created_at=cast.NOW)
            .returning(ServiceRow.id)
        ).scalar_one()
        session.execute(
            insert(MeetingRow).values(
                service_id=service, weekday=0, time_of_day=time(13), minutes=60, from_on=date(2026, 1, 1)
            )
        )
        plan = session.execute(
            insert(PlanRow)
            .values(
                enrollment_id=1,
                site_id=1,
                from_on=date(2026, 1, 1),
                level="outpatient",
                hours_required=3,
                reason="first",
                recorded_at=cast.NOW,
            )
            .returning(PlanRow.id)
        ).scalar_one()
        session.execute(
            insert(PlanItemRow).values(plan_id=plan, service_id=service, weekdays="0", is_drawn=False, hours_between=0)
        )
        session.execute(
            insert(SlotNote).values(
                site_id=1,
                enrollment_id=1,
                service_id=service,
                on_day=date(2026, 1, 5),
                status="arrived",
                recorded_at=cast.NOW,
            )
        )
        session.commit()
        for statement in (
            "UPDATE plan SET level = 'aftercare'",
            "DELETE FROM plan",
            "UPDATE plan_item SET weekdays = '1'",
            "DELETE FROM plan_item",
            "UPDATE slot_note SET status = 'absent'",
            "DELETE FROM slot_note",
        ):
            assert refuses(session, statement), statement
        assert "weekday_is_one_of_seven" in refuses(session, "UPDATE meeting SET weekday = 7")
        db.session.remove()


def test_a_downgrade_that_would_lose_a_service_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        db.session().execute(
            insert(ServiceRow).values(site_id=1, name="Skills group", kind="skills", place="", created_at=cast.NOW)
        )
        db.session().commit()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "service holds what 0028 has no place for" in caplog.text
