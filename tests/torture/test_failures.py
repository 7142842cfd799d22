"""After a full disk, a lost connection or a jump of the clock, a page says so and work goes on without a restart."""

import resource
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from cm_tracker.db import db, has_sent
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
    """Verify the whole ledger. Return Amir's points."""
    with app.app_context():
        session = db.session()
        assert verify_ledger(session).findings == []
        balance = balances_of(session, cast.AMIR)["points"]
        db.session.remove()
    return balance


def assert_works_again(app: Flask, rosa: Person) -> None:
    assert points(app) == 85, "nothing was lost and nothing was half saved"
    assert rosa.send(TEST, **FIELDS).status_code == 303
    assert points(app) == 110


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_on_sqlite_a_full_disk_shows_a_page_and_loses_nothing(app: Flask, rosa: Person) -> None:
    saved = {"n": 0}

    def limit(connection: object, record: object, proxy: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]  (at least the pages in use)

    with app.app_context():
        engine = db.engine
        engine.dispose()
    event.listen(engine, "checkout", limit)
    # Long notes fill the free pages until no room is left.
    for _ in range(200):
        answer = rosa.send(TEST, **FIELDS | {"note": "x" * 2000, "happened_on": f"2026-03-{9 + saved['n']:02}"})
        saved["n"] += answer.status_code == 303
        if answer.status_code != 303:
            break
    assert answer.status_code == 507
    assert "The disk of the clinic's computer is full or has failed. Nothing was saved." in words(answer)
    assert rosa.get("/clients/1").status_code == 200, "pages can still be read"
    before = points(app)
    event.remove(engine, "checkout", limit)
    engine.dispose()
    assert rosa.send(TEST, **FIELDS | {"happened_on": f"2026-03-{9 + saved['n']:02}"}).status_code == 303
    assert points(app) > before


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_on_sqlite_a_failed_write_shows_a_page_and_loses_nothing(app: Flask, rosa: Person) -> None:
    """The operating system limits the size of files, so the database file cannot grow."""
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
    assert_works_again(app, rosa)


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        (RuntimeError(), 500, "Something went wrong in the program, and this may be saved or not."),
        (OperationalError("SELECT 1", {}, Exception()), 503, "so it may be saved or not."),
    ],
)
def test_a_fault_after_the_commit_does_not_say_that_nothing_was_saved(
    app: Flask, rosa: Person, fault: Exception, status: int, says: str
) -> None:
    """The page with a new one-time code reads something more after the code was saved."""
    committed = []

    def note_commit(_: object) -> None:
        if has_sent(db.session()):
            committed.append(True)

    def break_off(*_: object) -> None:
        if committed:
            raise fault

    miriam = Person(app, "miriam")
    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", note_commit)
    event.listen(engine, "before_cursor_execute", break_off)
    try:
        answer = miriam.send("/staff/1/code")
    finally:
        event.remove(engine, "before_cursor_execute", break_off)
        event.remove(engine, "commit", note_commit)
    assert answer.status_code == status
    assert says in words(answer) and "Nothing was saved" not in words(answer)
    with app.app_context():
        made = db.session.execute(text("SELECT COUNT(*) FROM audit_event WHERE tag = 'staff:code-issued'"))
        assert made.scalar_one() == 1
        db.session.remove()


@pytest.mark.owner
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_on_postgresql_a_full_disk_shows_a_page_and_loses_nothing(app: Flask, rosa: Person) -> None:
    """A trigger raises the server's error for a full disk (53100) while the log is written."""
    add_trigger(
        app, "full_disk", "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$",
    )  # fmt: skip
    answer = rosa.send(TEST, **FIELDS)
    assert answer.status_code == 507
    assert "The disk of the clinic's computer is full" in words(answer)
    drop_trigger(app, "full_disk")
    assert_works_again(app, rosa)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_after_the_server_cuts_every_connection_the_next_page_opens_a_new_one(
    app: Flask, rosa: Person, databases: Databases
) -> None:
    cut_connections(app, databases)
    assert_works_again(app, rosa)


def add_trigger(app: Flask, name: str, function: str) -> None:
    """Add a trigger that runs the function when the log is written."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(function))
        connection.execute(text(f"CREATE TRIGGER a_{name} BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION {name}()"))


def drop_trigger(app: Flask, name: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER a_{name} ON log"))


def cut_connections(app: Flask, databases: Databases) -> None:
    name = app.config["DATABASE_URL"].split("?")[0].rsplit("/", 1)[1]
    databases.admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    # The server processes take a moment to end; only then are the connections cut.
    while databases.admin.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone():
        time.sleep(0.01)


def test_a_clock_that_jumps_back_is_reported_and_records_keep_their_order(
    app: Flask, rosa: Person, clock: time_machine.Traveller
) -> None:
    """The clock is three hours behind: the page says so, and a verification reports it."""
    clock.move_to(cast.NOW - timedelta(hours=3))
    person = Person(app, "rosa")
    assert "This computer’s clock is wrong: it shows an earlier time than the newest record." in words(person.get("/"))
    assert person.send(TEST, **FIELDS | {"collected_time": "07:00"}).status_code == 303
    assert points(app) == 110
    with app.app_context():
        leaps = verify_ledger(db.session()).leaps
        db.session.remove()
    assert len(leaps) == 1 and leaps[0].endswith("the clock was 3:00:00 behind the record before it")
    clock.move_to(cast.NOW)
    assert "an earlier time than the newest record" not in words(Person(app, "rosa").get("/"))
