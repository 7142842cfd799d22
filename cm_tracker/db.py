"""The database: engine settings, column types, and `one_transaction`, the only way to write.

SQLite and PostgreSQL behave alike here. SQLite takes its write lock at BEGIN (otherwise two
threads can spend one balance), and one lock in the process lets writers queue instead of polling
the busy handler. PostgreSQL runs READ COMMITTED with row locks taken first; a deadlock or a
serialization failure is tried again.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import wraps
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, Table, event, inspect
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm import registry as orm_registry
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

P = ParamSpec("P")
T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses a naive datetime, gives back UTC on both databases (SQLite loses the zone)."""

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


# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The base of every table. Flask-SQLAlchemy copies it, so its types live in a registry of their own."""

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
    """A model's table, for the Core statements in which the ledger is written."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


# What every SQLite connection must have; they last only for the connection, so they are set on
# connect and checked when the app starts.
SQLITE_SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
BUSY_SECONDS = 10

# SQLite has one writer. Queueing here is faster and fairer than its busy handler.
_sqlite_writes = threading.RLock()


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        # BEGIN is ours (see _on_begin): the driver's own comes too late to protect a read.
        connection.isolation_level = None
        for name, value in SQLITE_SETTINGS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


@event.listens_for(Pool, "checkout")
def _on_checkout(connection: Any, record: Any, proxy: Any) -> None:
    # A server that went away has closed the socket, and a closed socket can be read; a living one that
    # rests says nothing. So a restart is noticed without asking "are you there" before every page.
    if isinstance(connection, psycopg.Connection):
        if connection.closed:
            raise DisconnectionError
        with DefaultSelector() as selector:
            selector.register(connection.fileno(), EVENT_READ)
            if selector.select(0):
                raise DisconnectionError


@event.listens_for(Engine, "begin")
def _on_begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("cm_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def check_settings(engine: Engine) -> None:
    """Raise `RuntimeError` when the database does not hold what the ledger relies on."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        for name, wanted in SQLITE_SETTINGS.items():
            got = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            # A database in memory cannot keep a write-ahead log, and no clinic runs on one.
            if got != wanted:
                raise RuntimeError(f"SQLite runs with {name} = {got}, but the ledger needs {wanted}.")


def is_migrated(engine: Engine) -> bool:
    """Whether the tables are there."""
    return inspect(engine).has_table("log_head")


def is_full(error: DBAPIError) -> bool:
    """Whether the database could not write for want of room: PostgreSQL's class 53, SQLite's FULL and IOERR."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith("53")
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


# What a page sees when the database cannot be reached; the web layer does not import SQLAlchemy.
DatabaseDown = OperationalError
DatabaseError = DBAPIError

TRIES = 5
# Serialization failure, deadlock, lock timeout; and a unique name that another writer took between our
# look and our insert: the next try finds it there and says so.
_TRY_AGAIN = {"40001", "40P01", "55P03", "23505"}


def one_transaction(
    operation: Callable[Concatenate[Session, P], T],
) -> Callable[Concatenate[Session, P], T]:
    """Run an operation in a write transaction of its own: commit when it returns, else roll back.

    Whatever the session has read before (the sign-in look-up, say) is let go first, so the
    operation sees the newest state and holds its locks from the start.
    """

    @wraps(operation)
    def run(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        if is_sqlite or session.new or session.dirty or session.deleted:
            session.rollback()
        else:
            # PostgreSQL's statements see the newest state each, in one transaction as in two.
            session.expire_all()
        for left in reversed(range(TRIES)):
            if is_sqlite:
                _sqlite_writes.acquire()
            try:
                if is_sqlite:
                    session.connection(execution_options={"cm_writes": True})
                answer = operation(session, *args, **kwargs)
                session.commit()
                return answer
            except (OperationalError, IntegrityError) as error:
                session.rollback()
                if not left or getattr(error.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
            except BaseException:
                session.rollback()
                raise
            finally:
                if is_sqlite:
                    _sqlite_writes.release()
        raise AssertionError("unreachable")

    return run


def end_reading(session: Session) -> None:
    """End a transaction in which nothing was written, as every page does, with a COMMIT where that matters.

    After a ROLLBACK psycopg lets go of all statements that the connection has prepared, and PostgreSQL plans
    each of them anew: for a page with long joins that takes longer than all the rest.
    """
    if session.get_bind().dialect.name != "postgresql" or not (session.in_transaction() and session.is_active):
        return
    connection = session.connection()
    driver: Any = None if connection.invalidated else connection.connection.driver_connection
    if driver is not None and driver.info.transaction_status == TransactionStatus.INTRANS:
        with suppress(DBAPIError):  # the connection went away at the last moment: there is nothing to lose
            session.commit()


def of_transaction(session: Session, name: str) -> dict[str, Any]:
    """A dictionary by a name that lives as long as the session's transaction."""
    transaction = session.get_transaction()
    of, found = session.info.get(name, (None, {}))
    if of is not transaction:
        found = {}
        session.info[name] = (transaction, found)
    kept: dict[str, Any] = found
    return kept


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session that sees one unchanging state, however long it reads and whatever is written meanwhile."""
    isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**isolation) as connection, Session(bind=connection) as session:
        yield session
        end_reading(session)


@contextmanager
def rolled_back(session: Session) -> Iterator[None]:
    """A write transaction of which nothing stays: a rehearsal of operations called by their bare function."""
    session.rollback()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    with _sqlite_writes if is_sqlite else nullcontext():
        try:
            session.connection(execution_options={"cm_writes": True})
            yield
        finally:
            session.rollback()


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces, ASCII: the same value always gives the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
