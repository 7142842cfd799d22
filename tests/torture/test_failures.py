"""A full disk, a lost connection, a leap of the clock: a page that says so, nothing lost, and on without a restart."""

import resource
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, text

from cm_tracker.db import db
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.conftest import Databases
from tests.web.conftest import Person, hidden
from tests.web.conftest import text as words

TEST = "/enrollments/1/0/visits/new"
FIELDS = {
    "happened_on": "2026-03-09", "collected_time": "10:00", "specimen": "given", "temperature": "in_range",
    "result_cocaine": "negative",
}  # fmt: skip


@pytest.fixture
def rosa(app: Flask) -> Person:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    return Person(app, "rosa")


def points(app: Flask) -> int:
    """Amir's points, after everything has been verified."""
    with app.app_context():
        session = db.session()
        assert verify_ledger(session).findings == []
        found = balances_of(session, cast.AMIR)["points"]
        db.session.remove()
    return found


def works_again(app: Flask, rosa: Person) -> None:
    assert points(app) == 85, "nothing was lost, nothing is half there"
    assert rosa.send(TEST, **FIELDS).status_code == 303
    assert points(app) == 110


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_full_disk_on_sqlite(app: Flask, rosa: Person) -> None:
    sent = {"n": 0}

    def limit(connection: object, record: object, proxy: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]  (rounded up to what is there)

    with app.app_context():
        engine = db.engine
        engine.dispose()
    event.listen(engine, "checkout", limit)
    # The pages that are free are filled until there is no room: notes are long.
    for _ in range(200):
        answer = rosa.send(TEST, **FIELDS | {"note": "x" * 2000, "happened_on": f"2026-03-{9 + sent['n']:02}"})
        sent["n"] += answer.status_code == 303
        if answer.status_code != 303:
            break
    assert answer.status_code == 507
    assert "The disk of the clinic's computer is full or has failed. Nothing was saved." in words(answer)
    assert rosa.get("/clients/1").status_code == 200, "it goes on showing"
    before = points(app)
    event.remove(engine, "checkout", limit)
    engine.dispose()
    assert rosa.send(TEST, **FIELDS | {"happened_on": f"2026-03-{9 + sent['n']:02}"}).status_code == 303
    assert points(app) > before


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_disk_that_refuses_to_write_on_sqlite(app: Flask, rosa: Person) -> None:
    """The operating system itself refuses to let any file grow."""
    path = Path(app.config["DATABASE_URL"].removeprefix("sqlite:///"))
    with app.app_context():
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
    token = hidden(rosa.get(TEST).get_data(as_text=True))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(4096, path.stat().st_size), hard))
    try:
        answer = rosa.client.post(TEST, data=token | FIELDS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer.status_code == 507
    assert "Nothing was saved." in words(answer)
    works_again(app, rosa)


@pytest.mark.owner
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_full_disk_on_postgresql(app: Flask, rosa: Person) -> None:
    """The server answers with the error of a full disk (53100) while the log is written."""
    trigger(
        app, "full_disk", "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$",
    )  # fmt: skip
    answer = rosa.send(TEST, **FIELDS)
    assert answer.status_code == 507
    assert "The disk of the clinic's computer is full" in words(answer)
    untrigger(app, "full_disk")
    works_again(app, rosa)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_connections_that_are_cut(app: Flask, rosa: Person, databases: Databases) -> None:
    """The server ends every connection between two pages: the next page takes a new one."""
    cut(app, databases)
    works_again(app, rosa)


@pytest.mark.owner
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_connection_that_is_cut_in_the_middle_of_writing(app: Flask, rosa: Person) -> None:
    """The server ends the connection while it writes the log, the last thing before the commit."""
    trigger(
        app, "cut", "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
    )  # fmt: skip
    answer = rosa.send(TEST, **FIELDS)
    assert answer.status_code == 503
    assert "The database cannot be reached right now. Nothing was saved." in words(answer)
    untrigger(app, "cut")
    works_again(app, rosa)


def trigger(app: Flask, name: str, function: str) -> None:
    """Let something happen when the log is written."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(function))
        connection.execute(text(f"CREATE TRIGGER a_{name} BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION {name}()"))


def untrigger(app: Flask, name: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER a_{name} ON log"))


def cut(app: Flask, databases: Databases) -> None:
    name = app.config["DATABASE_URL"].split("?")[0].rsplit("/", 1)[1]
    databases.admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    # They are told to go, and take a moment: only then is the connection cut.
    while databases.admin.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone():
        time.sleep(0.01)


def test_a_leap_of_the_clock(app: Flask, rosa: Person, clock: time_machine.Traveller) -> None:
    """Three hours back: the page says so, what is written keeps its true order, and verifying reports it."""
    clock.move_to(cast.NOW - timedelta(hours=3))
    person = Person(app, "rosa")
    assert "The clock of this computer is behind the newest record." in words(person.get("/"))
    assert person.send(TEST, **FIELDS | {"collected_time": "07:00"}).status_code == 303
    assert points(app) == 110
    with app.app_context():
        leaps = verify_ledger(db.session()).leaps
        db.session.remove()
    assert len(leaps) == 1 and leaps[0].endswith("the clock was 3:00:00 behind the record before it")
    clock.move_to(cast.NOW)
    assert "clock stands" not in words(Person(app, "rosa").get("/"))
