"""Migrations of visits keep their specimens, hours, readings and panels, and every seal."""

import json

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import SameSpecimen
from cm_tracker.domain.visits.evidence import Collection, Hours, NewVisit, Specimen, Test
from cm_tracker.domain.visits.panels import Strip
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.migrations.test_guards import COPIED, blob, log_row
from tests.migrations.test_migrations import VERSIONS, refuses
from tests.operations.visits import test_readings as readings
from tests.program_hours import program, week

pytestmark = pytest.mark.owner


def test_visits_of_one_specimen_migrate_down_and_up_with_their_claims(app: Flask) -> None:
    """What 0020 sealed equals its rows after the upgrade, and a label that it claimed is still refused."""
    with app.app_context():
        cast.visit(db.session(), 0, specimen_id="U1")
        waits = cast.visit(db.session(), 2, Test({"cocaine": "pending"}), specimen_id="U2")
        cast.put_right(db.session(), waits, "answer", cast.negative(), actor=cast.rosa, specimen_id="U2")
        db.session.remove()
        downgrade(revision="0020")
        with db.engine.begin() as connection:
            claims = {tuple(row) for row in connection.execute(text("SELECT claim, visit_id FROM visit_claim"))}
        assert claims == {
            ("event:1:cocaine-negative:2026-03-02:1", 1), ("specimen:1:U1", 1),
            ("event:1:cocaine-negative:2026-03-04:1", 3), ("specimen:1:U2", 3),
        }  # fmt: skip
        statement = (
            f"INSERT INTO visit ({COPIED}, happened_on, day_place, corrects_id, correction) "
            f"SELECT {COPIED}, happened_on, 1, id, 'specimen' FROM visit WHERE id = 1"
        )
        assert "correction_is_known" in refuses(db.session(), statement), "0020 does not know the word"
        db.session.remove()
        upgrade()
        assert verify_ledger(db.session()).findings == []
        with pytest.raises(SameSpecimen):
            cast.visit(db.session(), 4, specimen_id="U2")
        dilute = cast.visit(db.session(), 4, Test(specimen="dilute"), specimen_id="U3")
        cast.put_right(db.session(), dilute, "specimen", cast.negative(), actor=cast.rosa, specimen_id="U4")
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


HOURS = "0027"


def test_visits_of_before_hours_verify_as_they_were_and_weeks_of_hours_are_entered_afterwards(app: Flask) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(HOURS).down_revision)
        cast.rich(db.session())
        cast.visit(db.session(), 7, cast.ABSENT)
        db.session.remove()
        downgrade(revision=before)
        columns = {column["name"] for column in inspect(db.engine).get_columns("visit")}
        assert not columns & {"minutes_attended", "minutes_excused", "minutes_expected"}
        upgrade()
        rows = db.session.execute(text("SELECT minutes_attended, minutes_excused, minutes_expected FROM visit"))
        assert {tuple(row) for row in rows} == {(None, None, None)}
        week(db.session(), program(db.session()), "2026-03-08", Hours(500, 40, 600))
        rows = db.session.execute(
            text("SELECT minutes_attended, minutes_excused, minutes_expected FROM visit WHERE id = 5")
        )
        assert [tuple(row) for row in rows] == [(500, 40, 600)]
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_minutes_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(HOURS).down_revision)
        week(db.session(), program(db.session()), "2026-03-08", Hours(0, 0, 0))
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=before)
        assert f"visit holds what {before} has no place for (minutes_attended)" in caplog.text
        db.session.remove()


def test_the_database_takes_no_more_minutes_than_a_week_has(session: Session) -> None:
    week(session, program(session), "2026-03-08", Hours(0, 0, 10080))
    for column in ("minutes_attended", "minutes_excused", "minutes_expected"):
        for minutes in (-1, 10081):
            with pytest.raises(DBAPIError):
                session.execute(
                    text(
                        f"INSERT INTO visit (enrollment_id, site_id, behavior, happened_on, day_place, outcome, {column}, "
                        "recorded_at, via) SELECT enrollment_id, site_id, behavior, '2026-03-15', 1, outcome, "
                        f"{minutes}, recorded_at, via FROM visit WHERE id = 1"
                    )
                )
            session.rollback()


@pytest.mark.parametrize(
    ("evidence", "earlier", "column"),
    [
        (Test({"cocaine": "negative"}), (Specimen(Test(specimen="dilute")),), "specimens"),
        (Test(specimen="leaked"), (), "specimen"),
    ],
)
def test_a_downgrade_that_would_lose_a_specimen_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, evidence: Test, earlier: tuple[Specimen, ...], column: str
) -> None:
    with app.app_context():
        cast.visit(db.session(), 0, evidence, earlier=earlier)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0020")
        assert f"visit holds what 0020 has no place for ({column})" in caplog.text
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_panels_are_added_and_visits_from_before_verify_as_they_were(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="0021")
        upgrade()
        cast.visit(db.session(), 0)
        assert verify_ledger(db.session()).findings == []
        body = db.session.execute(text("SELECT body FROM log WHERE record = 'visit:1'")).scalar_one()
        assert "panel_id" not in json.loads(bytes(body))
        db.session.remove()
        downgrade(revision="0021")
        assert "panel_id" not in {column["name"] for column in inspect(db.engine).get_columns("visit")}
        assert not {"panel", "panel_strip", "kit_lot"} & set(inspect(db.engine).get_table_names())
        upgrade()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        db.engine.dispose()


def test_readings_are_added_and_visits_from_before_verify_as_they_were(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="0025")
        assert "reading" not in {column["name"] for column in inspect(db.engine).get_columns("visit")}
        upgrade()
        cast.visit(db.session(), 0)
        assert verify_ledger(db.session()).findings == []
        body = db.session.execute(text("SELECT body FROM log WHERE record = 'visit:1'")).scalar_one()
        assert "reading" not in json.loads(bytes(body))
        db.session.remove()
        downgrade(revision="0025")
        upgrade()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        db.engine.dispose()


def test_a_downgrade_that_would_lose_a_reading_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        enrollment_id = readings.enrolled(db.session(), readings.by(readings.CO))
        readings.record(db.session(), enrollment_id, 0, Test(reading=11))
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0025")
        assert "visit holds what 0025 has no place for" in caplog.text
        db.session.remove()


@pytest.mark.parametrize("is_used", [False, True])
def test_a_downgrade_that_would_lose_a_panel_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, is_used: bool
) -> None:
    with app.app_context():
        if is_used:
            said = Collection(observed="yes")
            seen = NewVisit("cocaine-negative", cast.START, Test({"cocaine": "negative"}), collection=said)
            record_visit(
                db.session(), enrollment_id=cast.AMIR, visit=seen, key=cast.key(), actor=cast.rosa, now=cast.NOW
            )  # fmt: skip
        else:
            strips = [Strip("cocaine", 150)]
            add_panel(
                db.session(), site_id=1, name="Cup", strips=strips, key=cast.key(), actor=cast.miriam, now=cast.NOW
            )  # fmt: skip
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0021")
        assert f"{'visit' if is_used else 'panel'} holds what 0021 has no place for" in caplog.text
        db.session.remove()


def test_visits_of_the_first_release_get_their_claims(app: Flask) -> None:
    """The rows are as the first release wrote them: a pending visit, the test result for it, and another visit."""
    columns = (
        "enrollment_id, site_id, behavior, happened_on, day_place, outcome, specimen_id, corrects_id, recorded_at, via"
    )
    rows = (
        "1, 1, 'goal', '2026-03-02', 1, 'pending', 'U1', NULL",
        "1, 1, 'goal', '2026-03-02', 1, 'met', 'U1', 1",
        "1, 1, 'goal', '2026-03-04', 1, 'met', NULL, NULL",
    )
    with app.app_context():
        downgrade(revision="0002")
        with db.engine.begin() as connection:
            if db.engine.dialect.name == "sqlite":
                connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for n, row in enumerate(rows, 1):
                connection.execute(
                    text(f"INSERT INTO visit ({columns}) VALUES ({row}, '2026-03-16 15:00:00', 'import')")
                )
                seal = blob(log_row(f"visit:{n}"), db.engine.dialect.name)
                connection.execute(text(seal))
        upgrade()
        with db.engine.connect() as connection:
            claims = {tuple(row) for row in connection.execute(text("SELECT claim, visit_id FROM visit_claim"))}
        assert claims == {("event:1:goal:2026-03-02:1", 2), ("specimen:1:U1", 2), ("event:1:goal:2026-03-04:1", 3)}
        db.engine.dispose()
