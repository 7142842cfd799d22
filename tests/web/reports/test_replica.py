"""Reports and lists read the copy of the database, and nothing else does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from cm_tracker.config import driver_url
from cm_tracker.db import db
from cm_tracker.encryption import bind_keys
from cm_tracker.replica import BIND, reading
from tests import cast
from tests.cli.conftest import runner
from tests.conftest import Databases
from tests.torture.test_failures import FIELDS, TEST
from tests.web.conftest import Person
from tests.web.conftest import text as words

pytestmark = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
REPORT = "/reports/negatives?since=2026-01-01&until=2026-12-31"
LATE = "What was entered after"


@pytest.fixture
def miriam(app: Flask) -> Person:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        db.engine.dispose()
    return Person(app, "miriam")


@contextmanager
def with_copy(app: Flask, url: str) -> Iterator[list[str]]:
    """Let the application read another database. Yield the statements that are sent there."""
    sent: list[str] = []
    engine = create_engine(driver_url(url), hide_parameters=True)
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: sent.append(statement))
    bind_keys(engine, app.extensions["cm_data_keys"])
    with app.app_context():
        engines = db.engines
    engines[BIND] = engine
    try:
        yield sent
    finally:
        del engines[BIND]
        engine.dispose()


@pytest.fixture
def copy(app: Flask, databases: Databases, miriam: Person) -> Iterator[str]:
    """Copy the database as it is now, and yield the URL of the copy for an account that can read and do nothing else."""
    with app.app_context():
        db.engine.dispose()
    name = databases.copy_of("postgresql", app.config["DATABASE_URL"].split("?")[0].rsplit("/", 1)[1])
    admin = databases.admin
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'cm_reader'").fetchone():
        admin.execute("CREATE ROLE cm_reader LOGIN IN ROLE pg_read_all_data")
    yield databases.owner_url("postgresql", name).replace("//postgres:@", "//cm_reader:@")
    databases.drop("postgresql", name)


def test_a_report_reads_the_copy_and_says_when_it_is_late(
    app: Flask, miriam: Person, copy: str, clock: time_machine.Traveller
) -> None:
    before = words(miriam.get(REPORT))
    rosa = Person(app, "rosa")
    with with_copy(app, copy) as sent:
        assert rosa.send(TEST, **FIELDS).status_code == 303
        assert sent == [], "what decides about a write reads the first server"
        rosa.get("/")
        rosa.get("/clients/1")
        assert sent == [], "and so do the pages of those who record visits"
        page = words(miriam.get(REPORT))
        assert any("FROM visit" in one for one in sent)
        assert LATE not in page, "the copy is late by less than a minute"
        clock.shift(timedelta(minutes=2))
        late = words(miriam.get(REPORT))
        assert LATE in late and "the copy of the database that reports read is late" in late
    assert LATE not in words(miriam.get(REPORT))
    assert "Worked out" in before and "Worked out" in page


def test_lists_read_the_copy_and_verifications_do_not(app: Flask, miriam: Person, copy: str, tmp_path: Path) -> None:
    """A checkpoint is signed of the first server, so nothing that was seen in another one may answer for it."""
    app.instance_path = str(tmp_path)
    with with_copy(app, copy) as sent:
        answer = miriam.get("/lists/visits/list.csv")
        assert answer.status_code == 200 and len(answer.get_data()) > 100
        assert any("FROM visit" in one for one in sent)
        sent.clear()
        grace = Person(app, "grace")
        assert sent == []
        assert "No findings." in words(grace.send("/ledger/checks"))
        for arguments in (["verify"], ["nightly"]):
            result = runner(app)("ledger", *arguments)
            assert result.exit_code == 0 and "no findings" in result.stdout
        assert sent == []


def test_nothing_can_be_written_where_reports_read(app: Flask, miriam: Person, databases: Databases) -> None:
    with with_copy(app, app.config["DATABASE_URL"]), app.app_context(), reading() as session:
        with pytest.raises(InternalError) as refused:
            session.execute(text("UPDATE client SET language = 'en'"))
        assert isinstance(refused.value.orig, psycopg.errors.ReadOnlySqlTransaction)


def test_another_database_is_never_read(
    app: Flask, miriam: Person, copy: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After a restore, the old copy may still be named. Both went on since the backup, each in its own way."""
    rosa = Person(app, "rosa")
    assert rosa.send(TEST, **FIELDS).status_code == 303
    with with_copy(app, copy) as sent:
        miriam.get(REPORT)
        assert any("FROM visit" in one for one in sent), "so far it is a copy"
    engine = create_engine(driver_url(copy.replace("//cm_reader:@", "//postgres:@")))
    bind_keys(engine, app.extensions["cm_data_keys"])
    with Session(engine) as session:
        cast.visit(session, 7)
    engine.dispose()
    with with_copy(app, copy) as sent:
        page = words(miriam.get(REPORT))
        assert "Worked out" in page and LATE not in page
        assert not any("FROM visit" in one for one in sent)
    assert "READ_DATABASE_URL names another database" in caplog.text


def test_a_database_without_the_program_is_never_read(app: Flask, miriam: Person, databases: Databases) -> None:
    name = databases.empty("postgresql")
    with with_copy(app, databases.owner_url("postgresql", name)) as sent:
        assert miriam.get(REPORT).status_code == 200
        assert not any("FROM visit" in one for one in sent)
    databases.drop("postgresql", name)


def test_where_the_copy_is_away_the_first_server_is_read(app: Flask, miriam: Person) -> None:
    with with_copy(app, "postgresql://cm@127.0.0.1:1/cm"):
        assert miriam.get(REPORT).status_code == 200
