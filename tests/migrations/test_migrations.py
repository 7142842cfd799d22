"""Migrations run up and down, and their tables are those of the models."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker import create_app
from cm_tracker.connections import SQLITE_SETTINGS, check_settings
from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.conftest import Databases

VERSIONS = Path(__file__).parents[2] / "cm_tracker" / "migrations" / "versions"

pytestmark = pytest.mark.owner


def test_migrations_are_numbered_without_gaps_and_follow_one_another() -> None:
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    for n, name in enumerate(names, 1):
        source = (VERSIONS / name).read_text(encoding="utf-8")
        below = "None" if n == 1 else f'"{n - 1:04}"'
        assert re.search(rf'^revision = "{n:04}"$', source, re.M)
        assert re.search(rf"^down_revision = {below}$", source, re.M)


def test_an_empty_database_migrates_up_down_and_up_again(databases: Databases, kind: str) -> None:
    name = databases.empty(kind)
    app = create_app(databases.settings(kind, name))
    with app.app_context():
        upgrade()
        assert "log_head" in inspect(db.engine).get_table_names()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT size FROM log_head")).scalar_one() == 0
        db.engine.dispose()
    databases.drop(kind, name)


def test_a_database_with_data_migrates_down_and_up(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="0001")
        upgrade()
        cast.rich(db.session())
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_sealed_rows_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0002")
        assert "Restore a backup instead." in caplog.text
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_the_models_match_the_migrated_tables(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_sqlite_has_the_settings_that_the_ledger_needs(app: Flask, kind: str) -> None:
    with app.app_context():
        check_settings(db.engine)
        if kind == "sqlite":
            with db.engine.connect() as connection:
                settings_found = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SQLITE_SETTINGS
                }
            assert settings_found == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "recursive_triggers": 1,
            }


def refuses(session: Session, *statements: str) -> str:
    """Run statements and commit. Assert that the database refuses, and return its message."""
    with pytest.raises(DBAPIError) as error:
        for statement in statements:
            session.execute(text(statement))
        session.commit()
    session.rollback()
    return str(error.value.orig)
