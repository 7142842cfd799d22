"""Migration 0054: a schedule can be renamed, and going back would lose its new name."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.operations.schedules.rename_schedule import rename_schedule
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.schedules import versions
from tests import cast

pytestmark = pytest.mark.owner
BEFORE = "0053"


def rename() -> None:
    rename_schedule(db.session(), schedule_id=1, name="Our ladder", reason="Shorter", actor=cast.miriam, now=cast.NOW)
    db.session.remove()


def test_schedules_of_an_earlier_version_keep_their_names_and_can_be_renamed(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        columns = {column["name"] for column in inspect(db.engine).get_columns("schedule")}
        assert not columns & {"renamed_to", "renamed_at"}
        db.engine.dispose()
        upgrade()
        assert verify_ledger(db.session()).findings == []
        names = {line.schedule_name for line in versions(db.session(), cast.miriam, cast.NOW.date())}
        assert names == {"Voucher ladder for cocaine, 12 weeks", "Attendance points, 12 weeks"}
        db.session.remove()
        rename()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_a_name_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        rename()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "schedule holds what 0053 has no place for" in caplog.text
