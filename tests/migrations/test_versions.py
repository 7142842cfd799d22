"""Migrations of published versions keep what a point is worth, who published them, and every seal."""

import json
from datetime import date
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import insert, inspect, text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import ScheduleVersion
from cm_tracker.models.sealed import table_of
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.set_point_value import set_point_value
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.schedules.schedules import draft, versions
from tests import cast
from tests.migrations.test_migrations import VERSIONS

pytestmark = pytest.mark.owner


def publish_before_0020(session: Session, name: str, published: dict[str, Any]) -> None:
    """Seal a version as an older program did, when each schedule set what its points are worth."""
    named = "INSERT INTO schedule (name, created_at) VALUES (:name, '2026-03-01 15:00:00') RETURNING id"
    row = {
        "schedule_id": session.execute(text(named), {"name": name}).scalar_one(),
        "number": 1,
        "document": json.dumps(published),
        "recorded_at": cast.NOW,
        "staff_id": None,
        "via": "cli",
    }
    # Only the columns that the table had then.
    written = insert(table_of("schedule_version")).values(**row).returning(ScheduleVersion.id)
    version_id = session.execute(written).scalar_one()
    empty = dict.fromkeys(("name", "preset", "starts_on", "sent_by_id", "statement_digest"))
    version = Record("schedule_version", {"id": version_id, **row, **empty})
    seal_records(session, [version])
    session.commit()


DRAWS_OF_A_DOLLAR = {**preset("va-prize"), "point_value_cents": 100}


@pytest.mark.parametrize(
    ("published", "cents"),
    [
        ((), 25),
        ((preset("higgins-voucher"),), 25),
        ((preset("roll-smoking"), preset("california-recovery-incentives")), 50),
        # Where every track pays draws, the value was never used.
        ((preset("roll-smoking"), DRAWS_OF_A_DOLLAR), 50),
        ((DRAWS_OF_A_DOLLAR,), 100),
    ],
)
def test_the_value_of_the_published_versions_becomes_the_programs(
    bare_app: Flask, published: tuple[dict[str, Any], ...], cents: int
) -> None:
    with bare_app.app_context():
        downgrade(revision="0019")
        for document in published:
            publish_before_0020(db.session(), document["name"], document)
        db.session.remove()
        upgrade()
        assert point_value(db.session()) == cents
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        downgrade(revision="0019")
        upgrade()
        assert point_value(db.session()) == cents
        db.session.remove()


def test_versions_that_pay_points_of_different_values_refuse_the_upgrade(
    bare_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with bare_app.app_context():
        downgrade(revision="0019")
        for name in ("higgins-voucher", "roll-smoking"):
            publish_before_0020(db.session(), name, preset(name))
        db.session.remove()
        with pytest.raises(SystemExit):
            upgrade()
        assert "The published schedules value a point at 25 and 50 cents." in caplog.text
        assert "begin a new program with cm-tracker init" in caplog.text
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0019"
        assert "program" not in inspect(db.engine).get_table_names()
        db.session.remove()


def test_a_downgrade_that_would_lose_the_value_of_a_point_is_refused(
    bare_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with bare_app.app_context():
        set_point_value(db.session(), point_value_cents=50, actor=command(), now=cast.NOW)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0019")
        assert "program holds what 0019 has no place for (point_value_cents)" in caplog.text
        db.session.remove()


TWO_LEADS = "0025"


def test_versions_of_before_two_leads_published_stay_as_they_were_sealed(app: Flask) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(TWO_LEADS).down_revision)
        cast.rich(db.session())
        draft_id = save_draft(db.session(), document=preset("va-prize"), actor=cast.miriam, now=cast.NOW)
        db.session.remove()
        downgrade(revision=before)
        assert "lead_statement" not in inspect(db.engine).get_table_names()
        columns = {column["name"] for column in inspect(db.engine).get_columns("schedule_version")}
        assert not columns & {"name", "preset", "starts_on", "sent_by_id", "statement_digest"}
        publish_before_0020(db.session(), "Attendance, again", {**preset("attendance-points"), "name": "Again"})
        db.session.remove()
        upgrade()
        assert verify_ledger(db.session()).findings == []
        lines = versions(db.session(), cast.miriam, cast.NOW.date())
        assert [(line.starts_on, line.sent_by, line.is_alone) for line in lines] == [(None, None, False)] * 3
        assert not draft(db.session(), draft_id).waits
        db.session.remove()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE schedule_draft SET sent_at = '2026-03-16 15:00:00'", "schedule_draft holds what"),
        (
            "INSERT INTO lead_statement (staff_id, note_digest, stated_at) SELECT 3, digest, '2026-03-16 15:00:00' "
            "FROM note LIMIT 1",
            "lead_statement holds what",
        ),
    ],
)
def test_a_downgrade_that_would_lose_who_publishes_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, statement: str, message: str
) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(TWO_LEADS).down_revision)
        save_draft(db.session(), document=preset("va-prize"), actor=cast.miriam, now=cast.NOW)
        db.session.execute(text(statement))
        db.session.commit()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=before)
        assert message in caplog.text and "Restore a backup instead." in caplog.text
        db.session.remove()


def test_a_downgrade_that_would_lose_the_first_day_of_a_version_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(TWO_LEADS).down_revision)
        publish_schedule(
            db.session(), document=preset("va-prize"), starts_on=date(2026, 3, 23), reason="x", key=cast.key(),
            actor=command(), now=cast.NOW,
        )  # fmt: skip
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=before)
        assert "schedule_version holds what" in caplog.text and "(starts_on)" in caplog.text
