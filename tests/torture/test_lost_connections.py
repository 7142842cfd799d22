"""The database server leaves in the middle of a request: nothing is lost or written twice, and few people notice."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from cm_tracker import clock, connections
from cm_tracker.cli.upkeep import note
from cm_tracker.database_errors import DatabaseError
from cm_tracker.db import db
from cm_tracker.domain.errors import OutcomeUnknown
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.upkeep import BACKUP, copied
from cm_tracker.models import Client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.stock import left_of_prize
from tests import cast
from tests.conftest import Databases
from tests.torture.conftest import ROUNDS
from tests.torture.test_failures import FIELDS, TEST, assert_works_again, points
from tests.web.conftest import Person, hidden
from tests.web.conftest import text as words

pytestmark = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


@pytest.fixture
def rosa(app: Flask) -> Person:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    return Person(app, "rosa")


def name_of(app: Flask) -> str:
    return str(app.config["DATABASE_URL"].split("?")[0].rsplit("/", 1)[1])


def as_owner(app: Flask, databases: Databases, *statements: str) -> None:
    with psycopg.connect(databases.owner_url("postgresql", name_of(app)), autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement.encode())


def leave_once(app: Flask, databases: Databases, table: str, when: str = "BEFORE INSERT", times: int = 1) -> None:
    """Let the server end the connection that writes to a table. A sequence counts, because no rollback changes it."""
    kind = "CONSTRAINT TRIGGER" if "DEFERRABLE" in when else "TRIGGER"
    moment, _, deferred = when.partition(" DEFERRABLE")
    as_owner(
        app, databases, "CREATE SEQUENCE cuts", "GRANT USAGE ON cuts TO PUBLIC",
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF nextval('cuts') <= {times} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$",
        f"CREATE {kind} a_cut {moment} ON {table} {'DEFERRABLE' + deferred if deferred else ''} "
        "FOR EACH ROW EXECUTE FUNCTION cut()",
    )  # fmt: skip


@contextmanager
def answer_lost(app: Flask, databases: Databases) -> Iterator[None]:
    """Let the server carry out the next COMMIT of an operation, and leave before it has said so."""
    with app.app_context():
        engine = db.engine
    left = [1]

    def lose(connection: Any) -> None:
        driver = connection.connection.driver_connection
        # Where statements waited, the COMMIT went with them, and is carried out already.
        wrote = driver.info.transaction_status == TransactionStatus.IDLE
        if not wrote and driver.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()[0] is not None:
            driver.commit()
            wrote = True
        if left[0] and wrote:
            left[0] -= 1
            databases.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))
            with suppress(psycopg.Error):
                driver.execute("SELECT 1")

    event.listen(engine, "commit", lose)
    try:
        yield
    finally:
        event.remove(engine, "commit", lose)
    assert left == [0], "an answer was lost"


@pytest.mark.parametrize(
    ("table", "when"),
    [
        ("visit", "BEFORE INSERT"),  # while the operation works
        ("log", "BEFORE INSERT"),  # with the COMMIT
        ("visit", "AFTER INSERT DEFERRABLE INITIALLY DEFERRED"),  # while PostgreSQL checks before it commits
    ],
)
def test_a_visit_is_recorded_although_the_server_left_before_it_committed(
    app: Flask, rosa: Person, databases: Databases, table: str, when: str
) -> None:
    leave_once(app, databases, table, when)
    assert rosa.send(TEST, **FIELDS).status_code == 303
    assert points(app) == 110, "recorded once"


def test_a_visit_is_recorded_once_although_the_answer_of_the_commit_was_lost(
    app: Flask, rosa: Person, databases: Databases
) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    with answer_lost(app, databases):
        answer = rosa.client.post(TEST, data=form | FIELDS)
    assert answer.status_code == 303
    assert points(app) == 110
    again = rosa.client.post(TEST, data=form | FIELDS)
    assert (again.status_code, again.headers["Location"]) == (303, answer.headers["Location"])
    assert points(app) == 110


def test_a_visit_is_recorded_although_the_server_left_while_the_request_was_read(
    app: Flask, rosa: Person, databases: Databases
) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    with app.app_context():
        engine = db.engine
    left = [1]

    def cut(connection: Any, *more: Any) -> None:
        if left[0]:
            left[0] -= 1
            pid = connection.connection.driver_connection.info.backend_pid
            databases.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    event.listen(engine, "before_cursor_execute", cut)
    try:
        assert rosa.client.post(TEST, data=form | FIELDS).status_code == 303
    finally:
        event.remove(engine, "before_cursor_execute", cut)
    assert left == [0]
    assert points(app) == 110


def test_a_server_that_leaves_again_and_again_shows_a_page_that_promises_nothing(
    app: Flask, rosa: Person, databases: Databases
) -> None:
    # It leaves at the COMMIT itself: where it leaves before it, nothing was saved, and the whole request is repeated.
    leave_once(app, databases, "visit", "AFTER INSERT DEFERRABLE INITIALLY DEFERRED", times=5)
    answer = rosa.send(TEST, **FIELDS)
    assert answer.status_code == 503
    assert "so it may be saved or not" in words(answer)
    assert "Nothing was saved" not in words(answer)
    assert_works_again(app, rosa)


def opened(session: Session) -> int:
    """Open a client, which has no idempotency key. Return how many have the code afterwards."""
    with suppress(OutcomeUnknown):
        open_client(
            session, code="HS-900", preferred_name="Kim", site_id=cast.HARBOR, language="en", actor=command(),
            now=clock.now(),
        )  # fmt: skip
        return int(session.execute(select(func.count()).where(Client.code == "HS-900")).scalar_one())
    session.rollback()
    return -int(session.execute(select(func.count()).where(Client.code == "HS-900")).scalar_one())


def test_without_a_key_an_operation_is_repeated_only_before_its_commit_was_sent(
    app: Flask, databases: Databases
) -> None:
    leave_once(app, databases, "client")
    with app.app_context():
        assert opened(db.session()) == 1
        db.session.remove()


def test_without_a_key_nobody_is_told_that_nothing_was_saved(app: Flask, databases: Databases) -> None:
    with answer_lost(app, databases), app.app_context():
        assert opened(db.session()) == -1, "it was saved, and the operation says that nobody knows"
        db.session.remove()


def test_the_night_goes_on_where_nobody_knows_whether_a_task_was_noted(
    app: Flask, databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    with answer_lost(app, databases), app.app_context():
        note(BACKUP, cast.NOW, is_done=True, says=copied(1, 0, 0))
    assert capsys.readouterr().err == "It could not be noted in the database that this was done: backup.\n"


def test_a_connection_to_a_server_that_only_reads_is_replaced(app: Flask, rosa: Person) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    with app.app_context():
        db.engine.dispose()
        with db.engine.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = on"))
            connection.commit()
    assert rosa.client.post(TEST, data=form | FIELDS).status_code == 303
    assert points(app) == 110


def test_under_many_cuts_at_random_moments_every_delivery_is_booked_once(app: Flask, databases: Databases) -> None:
    """The cuts come so close that a delivery may need several tries; each is sent until it is acknowledged.

    With each try of a delivery they leave it more time, so that it comes through on a slow machine, too.
    """
    name, ends, tries = name_of(app), threading.Event(), [1]

    def cut() -> None:
        chance = random.Random(7)
        with psycopg.connect(databases.server.get_uri(), autocommit=True) as admin:
            while not ends.wait(chance.uniform(0.002, 0.02) * tries[0]):
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND state <> 'idle'",
                    (name,),
                )

    def deliver(key: str) -> None:
        deliver_stock(
            db.session(),
            site_id=cast.HARBOR,
            prize_id=1,
            quantity=1,
            note="",
            key=key,
            actor=command(),
            now=clock.now(),
        )

    with app.app_context():
        before = left_of_prize(db.session(), cast.HARBOR, 1)
        assert before is not None
        cutter = threading.Thread(target=cut)
        cutter.start()
        try:
            for number in range(ROUNDS * 5):
                for tries[0] in range(1, 51):
                    try:
                        deliver(f"delivery-{number}")
                        break
                    except (DatabaseError, OutcomeUnknown):
                        continue
                else:
                    raise AssertionError("a delivery was never acknowledged")
        finally:
            ends.set()
            cutter.join()
        db.session.remove()
        assert left_of_prize(db.session(), cast.HARBOR, 1) == before + ROUNDS * 5
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@contextmanager
def out_of_reach(app: Flask, databases: Databases, seconds: float) -> Iterator[None]:
    """Let the server accept nobody for some seconds, as while another one takes its place."""
    name = name_of(app)

    def allow(is_allowed: bool) -> None:
        with psycopg.connect(databases.server.get_uri(), autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {is_allowed}".encode())
            if not is_allowed:
                admin.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (name,)
                )

    back = threading.Timer(seconds, allow, [True])
    allow(False)
    back.start()
    yield
    back.join()


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = action()
    return time.perf_counter() - began, result


def test_pages_and_forms_wait_while_another_server_takes_over(app: Flask, rosa: Person, databases: Databases) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    with out_of_reach(app, databases, 1.5):
        took, answer = timed(lambda: rosa.client.post(TEST, data=form | FIELDS))
    assert answer.status_code == 303 and took > 1
    with out_of_reach(app, databases, 1.5):
        took, answer = timed(lambda: rosa.get("/clients/1"))
    assert answer.status_code == 200 and took > 1
    assert points(app) == 110


def test_only_the_beginning_of_a_long_outage_is_waited_for(
    app: Flask, rosa: Person, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "AWAY_SECONDS", 1.0)
    with out_of_reach(app, databases, 5):
        first, answer = timed(lambda: rosa.get("/clients/1"))
        assert answer.status_code == 503 and first > 1
        second, answer = timed(lambda: rosa.get("/clients/1"))
        assert answer.status_code == 503 and second < 1
    assert rosa.get("/clients/1").status_code == 200
