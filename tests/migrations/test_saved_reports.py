"""Migration 0057: saved reports, which the audit trail watches, and the codes of services, which are written once."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import billing, cast, week
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
BEFORE = "0056"
TABLES = {"saved_report", "saved_report_site", "service_codes"}


def test_a_program_of_an_earlier_version_saves_reports_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert not TABLES & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        billing.save(db.session())
        billing.codes(db.session(), week.tests(db.session()))
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_codes_are_written_once_and_days_are_of_one_kind(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        billing.codes(session, week.tests(session))
        assert refuses(session, "UPDATE service_codes SET procedure_code = 'H0004'")
        assert refuses(session, "DELETE FROM service_codes")
        insert = "INSERT INTO saved_report (name, report, grouped_by, days, column_names, created_at{}) VALUES ('x', 'state', 'site', {}, '', '2026-03-16 15:00:00'{})"
        assert "days_are_known" in refuses(session, insert.format("", "'always'", ""))
        assert "first_day_is_fixed" in refuses(session, insert.format(", first_day", "'month'", ", '2026-03-16'"))
        assert "fixed" in refuses(session, insert.format("", "'fixed'", ""))
        assert "days_are_in_order" in refuses(
            session, insert.format(", first_day, last_day", "'fixed'", ", '2026-03-16', '2026-03-15'")
        )
        db.session.remove()


@pytest.mark.parametrize("table", ["saved_report", "service_codes"])
def test_a_downgrade_that_would_lose_something_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    with app.app_context():
        if table == "saved_report":
            billing.save(db.session())
        else:
            billing.codes(db.session(), week.tests(db.session()))
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert f"{table} holds what 0056 has no place for" in caplog.text
