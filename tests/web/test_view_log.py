"""The queue of viewings: no page waits or fails because of it, and what is lost is told."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.models import AuditEvent, ViewingRow
from cm_tracker.web.view_log import ViewLog
from cm_tracker.web.viewings import view_log
from tests import cast
from tests.conftest import Databases
from tests.operations.audit.test_note_viewings import viewing
from tests.web.conftest import Person
from tests.web.viewing import noted

AMIR = viewing(("client", cast.AMIR))


def told(app: Flask) -> list[str]:
    with app.app_context():
        found = db.session().execute(select(AuditEvent.detail).where(AuditEvent.tag == "view:dropped")).scalars().all()
        db.session.remove()
    return list(found)


def test_a_full_queue_drops_what_is_new_and_the_audit_trail_tells_how_many(app: Flask) -> None:
    log = ViewLog(app, most_waiting=3)
    for _ in range(5):
        log.add(AMIR)
    assert log.flush()
    with app.app_context():
        assert len(db.session().execute(select(ViewingRow.id)).all()) == 3
        db.session.remove()
    assert told(app) == ['{"n":2}']


def test_more_than_fit_into_one_transaction_are_all_written(app: Flask) -> None:
    log = ViewLog(app)
    for _ in range(1101):
        log.add(AMIR)
    assert log.flush()
    with app.app_context():
        assert len(db.session().execute(select(ViewingRow.id)).all()) == 1101
        db.session.remove()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_while_the_database_cannot_be_written_pages_are_shown_and_nothing_is_lost(
    app: Flask, rosa: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk, a file that is read-only and a lock that is held too long look alike from here: writing fails."""
    with app.app_context(), db.engine.connect() as connection:
        # The pool gives this connection to the next who asks for one.
        connection.exec_driver_sql("PRAGMA query_only = 1")
    assert rosa.get("/clients/1").status_code == 200
    assert not view_log(app).flush()
    assert not view_log(app).flush()
    assert rosa.get("/clients/1").status_code == 200
    assert [record.getMessage() for record in caplog.records] == ["DiskFull: 1 viewings are not written yet"]
    assert "Amir" not in caplog.text and "HS-1" not in caplog.text
    with app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 0")
    assert [line[:2] for line in noted(app)] == [("view", "clients.show")] * 2


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_page_does_not_wait_while_another_process_holds_the_lock(app: Flask, rosa: Person) -> None:
    with app.app_context():
        path = str(db.engine.url.database)
        db.session.remove()
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        view_log(app).add(AMIR)
        writer = threading.Thread(target=view_log(app).flush)
        writer.start()
        began = time.perf_counter()
        for _ in range(19):
            assert rosa.get("/clients/1").status_code == 200
        assert time.perf_counter() - began < 5, "SQLite would have waited for ten seconds"
        other.execute("ROLLBACK")
    writer.join(20)
    assert len(noted(app)) == 20


def test_what_can_never_be_written_is_dropped_and_told_and_what_is_behind_it_is_written(app: Flask) -> None:
    log = ViewLog(app)
    log.add(viewing(("unicorn", 1)))
    assert not log.flush()
    log.add(AMIR)
    assert log.flush()
    assert [line[2] for line in noted(app)] == ["client:1"]
    assert told(app) == ['{"n":1}']


def test_a_thread_writes_within_seconds(kind: str, databases: Databases) -> None:
    """A real application: nobody calls `flush`."""
    name = databases.copy(kind, with_cast=True)
    app = create_app({**databases.settings(kind, name), "VIEWINGS_IN_BACKGROUND": True})
    try:
        view_log(app).add(AMIR)
        deadline, rows = time.perf_counter() + 20, 0
        while not rows and time.perf_counter() < deadline:
            time.sleep(0.1)
            with app.app_context():
                rows = len(db.session().execute(select(ViewingRow.id)).all())
                db.session.remove()
        assert rows == 1
    finally:
        with app.app_context():
            db.engine.dispose()
        databases.drop(kind, name)


def test_a_process_that_ends_writes_what_waits(databases: Databases) -> None:
    """`cm-tracker serve`, gunicorn and a script end in this way; only a kill loses the last second."""
    name = databases.copy("sqlite", with_cast=True)
    script = (
        "from cm_tracker import create_app\n"
        "from cm_tracker.web.viewings import view_log\n"
        "from tests.operations.audit.test_note_viewings import viewing\n"
        f"app = create_app({{'SECRET_KEY': 'x', 'DATABASE_URL': {databases.url('sqlite', name)!r}}})\n"
        "view_log(app).add(viewing(('client', 1)))\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], check=True, timeout=60, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    with sqlite3.connect(databases.folder / f"{name}.db") as connection:
        assert connection.execute("SELECT page, client_id FROM viewing").fetchall() == [("visits.show", 1)]
    connection.close()
    databases.drop("sqlite", name)
