"""A full disk, a lost database, a held lock: reading goes on, and whatever cannot be saved says so."""

import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask, request
from sqlalchemy import create_engine, event, text
from werkzeug.test import TestResponse

from cm_tracker.connections import STATEMENT_SECONDS, WAIT_SECONDS
from cm_tracker.db import db
from cm_tracker.domain.errors import TooManyAtOnce
from cm_tracker.passwords import Hasher
from tests import cast
from tests.conftest import Databases
from tests.web.conftest import Person, hidden
from tests.web.conftest import text as words

Given = Callable[..., Any]
TEST = "/enrollments/1/0/visits/new"
FIELDS = {
    "happened_on": "2026-03-09", "collected_time": "10:00", "specimen": "given", "temperature": "in_range",
    "result_cocaine": "negative", "note": "She came by bus.",
}  # fmt: skip
PAGES = ("/", "/clients", "/clients/1", TEST, "/prizes", "/schedules")
FULL = "The disk of the clinic's computer is full or has failed. Nothing was saved."


@contextmanager
def read_only(app: Flask) -> Iterator[None]:
    """Let nothing be written, as where a file or a disk may only be read."""
    with app.app_context():
        engine = db.engine
        engine.dispose()
    is_sqlite = engine.dialect.name == "sqlite"

    def stop(connection: Any, record: object, proxy: object) -> None:
        if is_sqlite:
            connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "checkout", stop)
    try:
        yield
    finally:
        event.remove(engine, "checkout", stop)
        engine.dispose()


@contextmanager
def full_disk(app: Flask) -> Iterator[None]:
    """Let no file grow, so that SQLite's log of changes has no room."""
    path = Path(app.config["DATABASE_URL"].removeprefix("sqlite:///"))
    with app.app_context():
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(4096, path.stat().st_size), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_server(app: Flask) -> Iterator[None]:
    """Let PostgreSQL raise its error for a full disk (53100) at every change of a session, a try and a tablet."""
    tables = ("staff_session", "throttle", "kiosk_device", "kiosk_session", "log", "audit_event")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
            )
        )
        for name in tables:
            connection.execute(
                text(
                    f"CREATE TRIGGER a_full BEFORE INSERT OR UPDATE OR DELETE ON {name} "
                    "FOR EACH ROW EXECUTE FUNCTION full_disk()"
                )
            )
    yield


@pytest.mark.owner
@pytest.mark.parametrize(
    ("kind", "failing"),
    [("sqlite", read_only), ("sqlite", full_disk), ("postgresql", full_server)],
    indirect=["kind"],
)
def test_with_a_full_disk_every_page_can_be_read_and_a_form_comes_back(
    app: Flask, given: Given, clock: time_machine.Traveller, failing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    given(cast.rich)
    rosa, tablet, stranger = Person(app, "rosa"), Person(app), Person(app)
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    sign_in = hidden(stranger.get("/sign-in").get_data(as_text=True))
    # The last use of session and tablet is due to be noted again.
    clock.move_to(cast.NOW + timedelta(minutes=2))
    with failing(app):
        for path in PAGES:
            assert rosa.get(path).status_code == 200, path
        assert tablet.get("/kiosk").status_code == 200
        answer = rosa.client.post(TEST, data=form | FIELDS)
        assert answer.status_code == 507 and FULL in words(answer)
        assert "She came by bus." in words(answer), "what was typed comes back"
        answer = stranger.client.post("/sign-in", data=sign_in | {"username": "rosa", "password": cast.PASSWORD})
        assert answer.status_code == 507 and FULL in words(answer)
    assert "touch_session was not written" in caplog.text and "touch_device was not written" in caplog.text
    assert "rosa" not in caplog.text.lower().replace("tests/", "")


@contextmanager
def without_database(app: Flask) -> Iterator[None]:
    """Let the database be out of reach: a file in a folder that is not there, or a port at which nobody listens."""
    with app.app_context():
        engine = db.engines[None]
        is_sqlite = engine.dialect.name == "sqlite"
        engine.dispose()
        url = "sqlite:////nowhere/at/all.db" if is_sqlite else "postgresql+psycopg://cm@127.0.0.1:1/cm"
        db.engines[None] = create_engine(url)
        try:
            yield
        finally:
            db.engines[None] = engine


def test_without_a_database_every_address_answers_with_a_page(app: Flask, given: Given) -> None:
    given(cast.rich)
    rosa, tablet, stranger = Person(app, "rosa"), Person(app), Person(app)
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    with without_database(app):
        answers = [rosa.get(path) for path in (*PAGES, "/no-such-page", "/clients/1?before=x")]
        answers += [rosa.client.post(TEST, data=form | FIELDS), rosa.client.post(TEST, data=FIELDS)]
        answers += [tablet.get(path) for path in ("/kiosk", "/kiosk/card", "/kiosk/no-such-page")]
        for answer in answers:
            assert answer.status_code == 503 and answer.headers["Retry-After"] == "5", answer.request.path
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for answer in answers[:-3]:
            assert "The database cannot be reached right now. Nothing was saved." in words(answer)
            assert "Rosa" not in words(answer)
        assert "ask a member of staff" in words(answers[-1])
        # Nothing of the sign-in page is in the database.
        assert stranger.get("/sign-in").status_code == 200
    assert rosa.get("/clients/1").status_code == 200


def test_where_even_the_page_for_a_failure_fails_the_last_resort_answers(app: Flask) -> None:
    labels = app.jinja_env.globals.pop("labels")
    try:
        answer = Person(app).get("/sign-in/nothing")
        assert answer.status_code == 500
        assert "That is not possible now" in words(answer) and "Inténtelo de nuevo" in words(answer)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    finally:
        app.jinja_env.globals["labels"] = labels


def test_the_log_of_a_fault_has_its_kind_and_its_place_and_not_what_somebody_typed(
    app: Flask, given: Given, caplog: pytest.LogCaptureFixture
) -> None:
    given(cast.rich)
    rosa = Person(app, "rosa")

    view = app.view_functions["clients.index"]

    @wraps(view)
    def broken() -> str:
        try:
            return {}[request.args["q"]]
        except KeyError as error:
            raise ValueError(f"There is no {error}") from error

    app.view_functions["clients.index"] = broken
    try:
        answer = rosa.get("/clients?q=Amir")
    finally:
        app.view_functions["clients.index"] = view
    assert answer.status_code == 500 and "Something went wrong in the program." in words(answer)
    assert "A fault at clients.index: ValueError\n" in caplog.text and "which came from KeyError\n" in caplog.text
    assert "in broken" in caplog.text and "Amir" not in caplog.text


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("cuts", "status"), [(1, 200), (2, 503)])
def test_a_page_whose_connection_is_cut_is_read_once_more(
    app: Flask, given: Given, databases: Databases, cuts: int, status: int
) -> None:
    given(cast.rich)
    rosa = Person(app, "rosa")
    rosa.get("/clients/1")
    with app.app_context():
        engine = db.engine
    left = [cuts]

    def cut(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if left[0] and "FROM client" in statement:
            left[0] -= 1
            pid = connection.connection.driver_connection.info.backend_pid
            databases.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    event.listen(engine, "before_cursor_execute", cut)
    try:
        answer = rosa.get("/clients/1")
    finally:
        event.remove(engine, "before_cursor_execute", cut)
    assert answer.status_code == status
    assert ("Amir" in words(answer)) == (status == 200)
    assert rosa.get("/clients/1").status_code == 200


@contextmanager
def held(app: Flask, databases: Databases) -> Iterator[None]:
    """Let another process hold the lock that every writer needs."""
    if app.config["DATABASE_URL"].startswith("sqlite"):
        other = sqlite3.connect(app.config["DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    name = app.config["DATABASE_URL"].split("?")[0].rsplit("/", 1)[1]
    with psycopg.connect(databases.server.get_uri(database=name)) as server:
        server.execute("SELECT 1 FROM log_head FOR UPDATE")
        server.execute("LOCK TABLE staff_session IN SHARE ROW EXCLUSIVE MODE")
        yield
        server.rollback()


def test_while_another_process_holds_the_lock_writers_give_up_and_readers_do_not_wait(
    app: Flask, given: Given, databases: Databases, clock: time_machine.Traveller
) -> None:
    given(cast.rich)
    people = [Person(app, "rosa") for _ in range(6)]
    forms = [hidden(one.get(TEST).get_data(as_text=True)) for one in people]
    reader = Person(app, "rosa")
    clock.move_to(cast.NOW + timedelta(minutes=2))  # the last use of each session is due to be noted
    took: list[tuple[float, TestResponse]] = []

    def write(number: int) -> None:
        began = time.monotonic()
        answer = people[number].client.post(TEST, data=forms[number] | FIELDS)
        took.append((time.monotonic() - began, answer))

    with held(app, databases):
        writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
        for writer in writers:
            writer.start()
        began = time.monotonic()
        assert reader.get("/clients/1").status_code == 200
        assert reader.get("/").status_code == 200
        assert time.monotonic() - began < WAIT_SECONDS
        for writer in writers:
            writer.join()
    assert len(took) == 6
    for _seconds, answer in took:
        assert answer.status_code == 503 and "Somebody else is saving" in words(answer)
        assert "She came by bus." in words(answer)
    # Nobody waits behind the waits of five others. On PostgreSQL a writer may wait for a client's row, and then for the log.
    assert max(seconds for seconds, _ in took) < 2 * WAIT_SECONDS + 2
    assert people[0].send(TEST, **FIELDS).status_code == 303


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_locks_and_statements_have_limits_on_postgresql(app: Flask) -> None:
    with app.app_context():
        found = [
            db.session.execute(text(f"SHOW {name}")).scalar_one() for name in ("lock_timeout", "statement_timeout")
        ]
        db.session.remove()
    assert found == [f"{WAIT_SECONDS:.0f}s", f"{STATEMENT_SECONDS}s"]


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_statement_that_takes_too_long_answers_with_a_page(app: Flask, given: Given) -> None:
    given(cast.rich)
    rosa = Person(app, "rosa")
    with app.app_context():
        engine = db.engine

    def slow(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if "FROM client" in statement:
            cursor.execute("SET LOCAL statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(5)")

    event.listen(engine, "before_cursor_execute", slow)
    try:
        answer = rosa.get("/clients/1")
    finally:
        event.remove(engine, "before_cursor_execute", slow)
    assert answer.status_code == 503


def test_only_a_few_passwords_wait_to_be_looked_at() -> None:
    """One is looked at, two wait, and the others are asked to try again: they hold no thread of the server."""
    hasher = Hasher(65536, 4, waiting=2)
    stored = hasher.hash(cast.PASSWORD)
    results: list[bool | type[Exception]] = []
    together = threading.Barrier(9)

    def look() -> None:
        together.wait()
        try:
            results.append(hasher.matches(stored, cast.PASSWORD))
        except TooManyAtOnce as error:
            results.append(type(error))

    threads = [threading.Thread(target=look) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(True) == 3 and results.count(TooManyAtOnce) == 6
    assert hasher.matches(stored, cast.PASSWORD), "the turns are free again"
