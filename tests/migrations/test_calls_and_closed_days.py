"""Migration 0032: calls and closed days. Both are written once, and a downgrade that would lose one is refused."""

from datetime import date

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import insert, inspect

from cm_tracker.db import db
from cm_tracker.models import CallRow, ClosedDayRow
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0032.
BEFORE = "0031"
TABLES = {"no_show_call", "closed_day"}


def test_a_program_of_an_earlier_version_gets_the_tables_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert not TABLES & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        assert set(inspect(db.engine).get_table_names()) >= TABLES
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_row_is_written_once_and_a_downgrade_would_lose_it(
    app: Flask, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        session = db.session()
        if table == "closed_day":
            week.closed_today(session)
            session.execute(
                insert(ClosedDayRow).values(site_id=1, closure_id=1, on_day=week.TODAY, recorded_at=cast.NOW)
            )
        else:
            session.execute(
                insert(CallRow).values(
                    site_id=1, enrollment_id=1, on_day=date(2026, 3, 13), outcome="reached", recorded_at=cast.NOW
                )
            )
            assert "outcome_is_known" in refuses(
                session,
                "INSERT INTO no_show_call (site_id, enrollment_id, on_day, outcome, recorded_at) "
                "VALUES (1, 1, '2026-03-13', 'sang', '2026-03-16 15:00:00')",
            )
            session.execute(
                insert(CallRow).values(
                    site_id=1, enrollment_id=1, on_day=date(2026, 3, 13), outcome="reached", recorded_at=cast.NOW
                )
            )
        session.commit()
        assert refuses(session, f"UPDATE {table} SET on_day = '2026-01-01'")
        assert refuses(session, f"DELETE FROM {table}")
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert f"{table} holds what {BEFORE} has no place for" in caplog.text
