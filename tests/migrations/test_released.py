"""A clinic that a released version recorded is updated, settled by the new rules, and verified."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Boolean, Connection, Date, DateTime, MetaData, Table, create_engine, text

from cm_tracker import create_app
from cm_tracker.config import driver_url
from cm_tracker.db import db
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests.conftest import Databases

pytestmark = pytest.mark.owner

RELEASED = Path(__file__).parent / "released"
# The last migration of each version.
REVISIONS = {"0.2.0": "0014"}


def load(url: str, version: str) -> None:
    """Insert the rows of a released version, one after the other, as that version wrote them."""
    engine = create_engine(driver_url(url))
    is_sqlite = engine.dialect.name == "sqlite"
    tables = MetaData()
    with engine.begin() as connection:
        for line in (RELEASED / f"{version}.jsonl").read_text(encoding="utf-8").splitlines():
            name, stored = json.loads(line)
            columns = Table(name, tables, autoload_with=connection).columns
            # SQLite stores days and instants as the text that was written.
            values = {key: _bytes(value) if is_sqlite else _typed(columns[key], value) for key, value in stored.items()}
            names, marks = ", ".join(values), ", ".join("?" if is_sqlite else "%s" for _ in values)
            connection.exec_driver_sql(f"INSERT INTO {name} ({names}) VALUES ({marks})", tuple(values.values()))
        if not is_sqlite:
            _advance_ids(connection, tables)
    engine.dispose()


def _bytes(stored: Any) -> Any:
    return bytes.fromhex(stored["hex"]) if isinstance(stored, dict) else stored


def _typed(column: Any, stored: Any) -> Any:
    if isinstance(stored, str) and isinstance(column.type, DateTime):
        return datetime.fromisoformat(stored)
    if isinstance(stored, str) and isinstance(column.type, Date):
        return date.fromisoformat(stored)
    return bool(stored) if isinstance(column.type, Boolean) else _bytes(stored)


def _advance_ids(connection: Connection, tables: MetaData) -> None:
    """Let PostgreSQL's sequences go on after the ids that were inserted."""
    for name, table in tables.tables.items():
        if "id" in table.columns and (
            sequence := connection.scalar(text(f"SELECT pg_get_serial_sequence('{name}', 'id')"))
        ):
            connection.execute(text(f"SELECT setval('{sequence}', (SELECT MAX(id) FROM {name}))"))


@pytest.fixture(params=sorted(REVISIONS))
def updated(request: pytest.FixtureRequest, databases: Databases, kind: str, clock: object) -> Iterator[Flask]:
    """A database that a released version wrote, after the update."""
    name = databases.empty(kind)
    app = create_app(databases.settings(kind, name))
    with app.app_context():
        upgrade(revision=REVISIONS[request.param])
        load(databases.owner_url(kind, name), request.param)
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)


AMIR, CAL, DAN, EVE, DORA = 1, 3, 4, 5, 6


def points(client_id: int) -> int:
    return balances_of(db.session(), client_id)["points"]


def test_what_the_changed_rules_owe_is_paid_once_and_then_everything_verifies(updated: Flask) -> None:
    # Before, only level 4 has something to say: Cal is owed a step, and Eve's cut stands nowhere.
    findings = verify_ledger(db.session()).findings
    assert {(finding.level, finding.record) for finding in findings} == {
        (4, "visit:10"), (4, "visit:11"), (4, "visit:22"),
    }  # fmt: skip
    db.session.remove()
    run = updated.test_cli_runner()
    # Cal's third week pays 46 and 46 in place of 40 and 40.
    assert run.invoke(args=["ledger", "settle"]).stdout == "12 points paid for 1 enrollment.\n"
    assert run.invoke(args=["ledger", "settle"]).stdout == "0 points paid for 0 enrollments.\n"
    assert verify_ledger(db.session()).findings == []
    # What was paid by the rules of its time stays: also the bonus that Amir got twice.
    assert [points(client) for client in (AMIR, CAL, DAN, EVE)] == [152, 212, 80, 100]
    cuts = db.session().execute(text("SELECT visit_id, points, scope, because FROM ceiling_cut")).all()
    assert [tuple(cut) for cut in cuts] == [(22, 20, "calendar_year", "enrollment:6")]
    db.session.remove()
