"""The database: column types, and `one_transaction`, the only way to write.

Operations behave the same on SQLite and PostgreSQL. On SQLite a transaction takes the write lock at
BEGIN, because otherwise two threads could spend one balance; a lock in the process lets writers
queue instead of polling the busy handler. On PostgreSQL a transaction runs at READ COMMITTED and
takes its row locks first; after a deadlock, a serialization failure or a server that left, it is retried.

A writer that has waited for others for `WAIT_SECONDS` gives up with `DatabaseBusy`. Reading never waits for a writer.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    inspect,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm import registry as orm_registry
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from cm_tracker.connections import WAIT_SECONDS
from cm_tracker.database_errors import has_left, is_busy, is_full, is_undone, name_of
from cm_tracker.domain.errors import DatabaseBusy, DiskFull, OutcomeUnknown
from cm_tracker.encryption import bind_keys, keys_of

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. A naive datetime is refused; a result is in UTC on both databases (SQLite does not store the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers new rows only in a column whose type is exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The base of every model. Flask-SQLAlchemy copies it, so its types are in a registry of its own."""

    registry = orm_registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_name)s",
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime},
    )


db = SQLAlchemy(model_class=Base)


def table(model: type[Base]) -> Table:
    """Return a model's table, for the Core statements that write the ledger."""
    result = model.__table__
    assert isinstance(result, Table)
    return result


# How long a write waits without which a page is still right.
IN_PASSING_SECONDS = 0.05

# SQLite allows one writer at a time. To wait for this lock is faster and fairer than its busy handler.
_sqlite_writes = threading.RLock()


# Each is called with the seconds that a writer waited for its turn, and whether it gave up. `metrics` counts them. On
# PostgreSQL writers wait in the middle of their work, so only those that give up are told.
wait_listeners: list[Callable[[float, bool], None]] = []
_waiting: set[int] = set()


def writers_waiting() -> int:
    """Return how many writers of this process wait for the write lock of SQLite."""
    return len(_waiting)


def _tell(seconds: float, *, gave_up: bool) -> None:
    for listener in wait_listeners:
        listener(seconds, gave_up)


def _take_sqlite(seconds: float) -> bool:
    """Take the write lock of this process. Return whether that was possible in time."""
    _waiting.add(threading.get_ident())
    try:
        return _sqlite_writes.acquire(timeout=seconds)
    finally:
        _waiting.discard(threading.get_ident())


@contextmanager
def without_triggers(connection: Connection, of_table: str) -> Iterator[None]:
    """Let the owner of a table write into it as its triggers would not allow, within the transaction.

    Where everything that is written means what was there before, such as the same text under another key, the guards have
    nothing to guard. On PostgreSQL whoever else writes to the table waits until the commit.
    """
    run = connection.exec_driver_sql
    if connection.dialect.name == "postgresql":
        run(f"ALTER TABLE {of_table} DISABLE TRIGGER USER")
        yield
        run(f"ALTER TABLE {of_table} ENABLE TRIGGER USER")
        return
    triggers = run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (of_table,)).all()
    for name, _ in triggers:
        run(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        run(statement)


def make_database(engine: Engine) -> None:
    """Make the empty file of an SQLite database, unless it is there. Nothing else makes one.

    A database of a clinic is its owner's alone; the write-ahead log beside it takes over its rights.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        file = Path(engine.url.database)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)


def is_migrated(engine: Engine) -> bool:
    """Return whether the database has its tables."""
    return inspect(engine).has_table("log_head")


def owns_tables(engine: Engine) -> bool:
    """Return whether the account of a PostgreSQL database owns its tables, and so could disable what guards them."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        owner = text("SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = to_regclass('log')")
        return bool(connection.execute(owner).scalar())


def file_of(engine: Engine) -> Path | None:
    """Return the file of an SQLite database, or None where a server keeps the data."""
    return Path(engine.url.database) if engine.dialect.name == "sqlite" and engine.url.database else None


TRIES = 5


@contextmanager
def _writing(session: Session, seconds: float) -> Iterator[None]:
    """Begin a write transaction, and roll it back if its block raises.

    Raise `DatabaseBusy` where others write for longer than `seconds`: the time counts from now, for the queue in this
    process and for other processes together. Raise `DiskFull` where the database cannot be written.
    """
    began = time.monotonic()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if is_sqlite and not _take_sqlite(seconds):
        _tell(seconds, gave_up=True)
        raise DatabaseBusy
    try:
        if is_sqlite:
            session.connection(execution_options={"cm_writes_until": began + seconds})
            _tell(time.monotonic() - began, gave_up=False)
        elif seconds != WAIT_SECONDS:
            session.execute(text(f"SET LOCAL lock_timeout = '{seconds * 1000:.0f}ms'"))
        yield
    except DBAPIError as error:
        if has_left(error) and not error.connection_invalidated:
            session.invalidate()  # a server that only reads now would be asked again
        session.rollback()
        if is_busy(error):
            _tell(time.monotonic() - began, gave_up=True)
            raise DatabaseBusy from error
        if is_full(error):
            raise DiskFull from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        if is_sqlite:
            _sqlite_writes.release()


def _forget_what_was_read(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite" or session.new or session.dirty or session.deleted:
        session.rollback()
    else:
        # On PostgreSQL each statement sees the newest state, even in a transaction that began earlier.
        session.expire_all()


_SENT = "cm_sent_a_commit"
_REPEATABLE = "cm_repeatable"


def make_repeatable(session: Session) -> None:
    """Note that the running operation may be carried out again after its COMMIT: its idempotency key answers then."""
    of_transaction(session, _REPEATABLE)["is"] = True


def has_sent(session: Session) -> bool:
    """Return whether an operation of this session has sent a COMMIT, and so may have written something."""
    return bool(session.info.get(_SENT))


def one_transaction(
    operation: Callable[Concatenate[Session, P], T],
) -> Callable[Concatenate[Session, P], T]:
    """Run an operation in a write transaction of its own: commit if it returns, roll back if it raises.

    What the session has read before (for example, who is signed in) is discarded first. So the operation
    sees the newest state, and holds its locks from the start.

    The operation is carried out again, with the same parameters, up to `TRIES` times in all, where that can do nothing
    twice:

    * The database undid the transaction because of other writers (`is_undone`).
    * The server left before the COMMIT was sent. It has rolled back, or will as soon as it sees that nobody is there.
      The next try takes a new connection, for which `connections` waits until another server is there.
    * The server left after the COMMIT was sent, and nobody knows whether it was carried out. Only the idempotency key of
      the operation knows, because it is written in the same transaction (`make_repeatable`). The next try claims the key
      again. Where the first COMMIT was carried out, it finds the key and returns the first answer. Where the old server
      still works at it, it waits at the key. Else it writes for the first time. Without a key, raise `OutcomeUnknown`.
    """

    @wraps(operation)
    def run(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        _forget_what_was_read(session)
        is_unknown = False
        for tries_left in reversed(range(TRIES)):
            is_sent = is_repeatable = False
            try:
                with _writing(session, WAIT_SECONDS):
                    result = operation(session, *args, **kwargs)
                    is_repeatable = "is" in of_transaction(session, _REPEATABLE)
                    # Statements that wait are sent together with the COMMIT, so all of it counts as sent from here.
                    is_sent = session.info[_SENT] = True
                    session.commit()
                    return result
            except (DBAPIError, DatabaseBusy, DiskFull) as error:
                left = isinstance(error, DBAPIError) and has_left(error)
                is_unknown |= left and is_sent
                may_repeat = is_repeatable or not is_sent if left else is_undone(error)
                if may_repeat and tries_left:
                    _log.warning("%s is tried again after %s", operation.__name__, name_of(error))
                elif is_unknown:
                    raise OutcomeUnknown from error
                else:
                    raise
        raise AssertionError("unreachable")

    return run


def in_passing(operation: Callable[Concatenate[Session, P], None]) -> Callable[Concatenate[Session, P], bool]:
    """Run an operation as `one_transaction` does where nobody has to wait for it, and return whether it was written.

    It is for what is noted while a page is read, such as when somebody was here last. The page is right without it, so
    a full disk or a busy writer is one line in the log, and no error.
    """

    @wraps(operation)
    def run(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> bool:
        _forget_what_was_read(session)
        try:
            with _writing(session, IN_PASSING_SECONDS):
                operation(session, *args, **kwargs)
                session.commit()
        except (DatabaseBusy, DiskFull, DBAPIError) as error:
            _log.warning("%s was not written: %s", operation.__name__, name_of(error))
            return False
        return True

    return run


def end_reading(session: Session) -> None:
    """End the transaction of a page that only reads; on PostgreSQL with COMMIT instead of ROLLBACK.

    After a ROLLBACK psycopg forgets all prepared statements of the connection, and PostgreSQL has to plan
    them again. For a page with long joins that takes longer than everything else.
    """
    if session.get_bind().dialect.name != "postgresql" or not (session.in_transaction() and session.is_active):
        return
    with suppress(DBAPIError):  # if the connection has been lost, or was never made, no data is lost with it
        connection = session.connection()
        driver: Any = None if connection.invalidated else connection.connection.driver_connection
        if driver is not None and driver.info.transaction_status == TransactionStatus.INTRANS:
            session.commit()


def of_transaction(session: Session, name: str) -> dict[str, Any]:
    """Return the dictionary of that name for the session's transaction; a new transaction starts with an empty one."""
    transaction = session.get_transaction()
    owner, stored = session.info.get(name, (None, {}))
    if owner is not transaction:
        stored = {}
        session.info[name] = (transaction, stored)
    values: dict[str, Any] = stored
    return values


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """Open a session that reads one unchanging state of the database, even if others write meanwhile."""
    is_postgresql = engine.dialect.name == "postgresql"
    isolation = {"isolation_level": "REPEATABLE READ"} if is_postgresql else {}
    with engine.connect().execution_options(**isolation) as connection, Session(bind=connection) as session:
        if is_postgresql:
            # Whoever reads a whole ledger knows that it takes its time.
            session.execute(text("SET LOCAL statement_timeout = 0"))
        yield session
        end_reading(session)


@contextmanager
def as_owner(engine: Engine, owner_url: str) -> Iterator[Session]:
    """Open a session as the owner of the tables, where one is named; on SQLite everybody is.

    It is for the few commands that change what the program's own account may not.
    """
    owner = create_engine(owner_url, poolclass=NullPool, hide_parameters=True) if owner_url else engine
    bind_keys(owner, keys_of(engine.dialect))
    with Session(bind=owner) as session:
        yield session


@contextmanager
def rolled_back(session: Session) -> Iterator[None]:
    """Open a write transaction that is always rolled back, for a dry run.

    Call an operation in it by its undecorated function (`__wrapped__`), because `one_transaction` would commit.
    """
    session.rollback()
    with _writing(session, WAIT_SECONDS):
        try:
            yield
        finally:
            session.rollback()


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys, no spaces, and ASCII only, so that equal values have the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
