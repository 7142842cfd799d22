"""Statements that are compiled once: for the few that every visit runs.

Building, caching, running and unpacking a statement costs SQLAlchemy several times what the database needs
to execute it. A `Prepared` keeps the SQL text and the converters of its columns for each kind of database, and hands
the text to the driver. The transaction stays the session's, and errors are SQLAlchemy's.

On PostgreSQL every statement is a round trip to another process, and a visit needs some twenty of them. Two things
save round trips, both through the driver's pipeline mode: statements whose result nobody needs are sent without
waiting (`enqueue`), and statements that do not depend on one another are sent together (`run_batch`). The database
executes everything in the order in which it was sent. An error is the same `IntegrityError` as ever, but it may be
raised by a statement that was sent after the one that failed.

**Invariants.** A connection has at most one open pipeline, kept in `connection.info` under `_PIPELINE`. Only
`_driver` opens one, only `_flush` and, after an error, `_abandon` close it. While it is open, nothing but this module uses the driver's
connection: SQLAlchemy reads a cursor's description at once, which a pipeline does not have yet. So the three events below
flush it before any other statement, with the COMMIT, and at a ROLLBACK; an event finds either no pipeline or one with
statements in flight. A connection never goes back to the pool with an open pipeline. Each of these sentences is an
assertion below. What this module gains over SQLAlchemy's own means, measured, stands in
docs/decisions/0016-statements-of-a-visit-are-compiled-once.md.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool
from sqlalchemy.sql.base import Executable

Converter = Callable[[Any], Any]


class _Compiled(NamedTuple):
    """A statement for one kind of database."""

    text: str
    is_positional: bool
    # Each parameter: its name, its value where none is given, and how it is converted for the driver.
    parameters: tuple[tuple[str, Any, Converter | None], ...]
    # How cells are converted, by column; and the class of a row, None for a statement that returns no rows.
    converters: tuple[tuple[int, Converter], ...]
    row: Any

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Return the values in the form that the driver takes."""
        bound = [
            (name, convert(values.get(name, default)) if convert else values.get(name, default))
            for name, default, convert in self.parameters
        ]
        return tuple(value for _, value in bound) if self.is_positional else dict(bound)

    def rows(self, cursor: Any) -> list[Any]:
        """Return the rows of a cursor, with the names of their columns."""
        if self.row is None:
            return []
        rows = cursor.fetchall()
        if not self.converters:
            return [self.row._make(row) for row in rows]
        converted = []
        for row in rows:
            cells = list(row)
            for at, convert in self.converters:
                cells[at] = convert(cells[at])
            converted.append(self.row._make(cells))
        return converted


class Prepared:
    """A statement with fixed columns and named parameters. A list cannot be a parameter."""

    def __init__(self, statement: Executable, *, columns: Sequence[Any] = ()) -> None:
        """Keep a statement; `columns` are those of one that returns rows."""
        self.statement = statement
        self.columns = tuple(columns)
        self._compiled: WeakKeyDictionary[Dialect, _Compiled] = WeakKeyDictionary()

    def __call__(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Run the statement in the session's transaction. Return its rows, with the names of their columns."""
        return run_batch(session, {"rows": (self, values)})["rows"]

    def enqueue(self, session: Session, *rows: Mapping[str, Any]) -> None:
        """Run the statement once for each row of values, without waiting for the result."""
        assert not self.columns, "nobody would read the rows of an enqueued statement"
        connection = _connection(session)
        compiled = self.compiled_for(connection.dialect)
        bound = [compiled.bound(values) for values in rows]
        if not bound:
            return
        with _driver(connection) as driver:
            if len(bound) == 1:
                driver.execute(compiled.text, bound[0])
            else:
                driver.cursor().executemany(compiled.text, bound)

    def compiled_for(self, dialect: Dialect) -> _Compiled:
        """Return the statement as a database takes it; it is compiled at the first call.

        Two databases of one kind have each their own: their columns are encrypted with other keys.
        """
        compiled = self._compiled.get(dialect)
        if compiled is None:
            compiled = self._compiled[dialect] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement: Any = self.statement  # every statement can be compiled; its type does not say so
        compiled = statement.compile(dialect=dialect)
        if "POSTCOMPILE" in compiled.string:
            raise ValueError("a prepared statement takes no list")
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        parameters = tuple(
            (
                compiled.bind_names[compiled.binds[name]],
                compiled.binds[name].value,
                compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect),
            )
            for name in names
        )
        processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in self.columns]
        return _Compiled(
            text=compiled.string,
            is_positional=compiled.positional,
            parameters=parameters,
            converters=tuple((at, convert) for at, convert in enumerate(processors) if convert is not None),
            row=namedtuple("Row", [column.key for column in self.columns]) if self.columns else None,
        )


# Statements that are sent together, each with its parameters, by the name under which its rows come back.
Batch = Mapping[str, tuple[Prepared, Mapping[str, Any]]]


def run_batch(session: Session, batch: Batch) -> dict[str, list[Any]]:
    """Run several statements in one round trip, in their order. Return the rows of each by its name."""
    connection = _connection(session)
    compiled = {name: statement.compiled_for(connection.dialect) for name, (statement, _) in batch.items()}
    bound = {name: compiled[name].bound(values) for name, (_, values) in batch.items()}
    with _driver(connection, is_single=len(batch) == 1) as driver:
        if not _has_pipelines(connection):
            return {name: compiled[name].rows(driver.execute(compiled[name].text, bound[name])) for name in batch}
        cursors = {name: driver.execute(compiled[name].text, bound[name]) for name in batch}
        _flush(connection)
    return {name: compiled[name].rows(cursor) for name, cursor in cursors.items()}


_CONNECTION, _PIPELINE = "cm_connection", "cm_pipeline"


def _connection(session: Session) -> Connection:
    """Return the connection of the session's transaction, which begins with its first statement."""
    # Asking the session for it each time costs more than SQLite needs for a small statement.
    transaction, connection = session.info.get(_CONNECTION, (None, None))
    if connection is None or transaction is not session.get_transaction():
        connection = session.connection()
        session.info[_CONNECTION] = (session.get_transaction(), connection)
    known: Connection = connection
    return known


def _has_pipelines(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


@contextmanager
def _driver(connection: Connection, *, is_single: bool = False) -> Iterator[Any]:
    """Give the driver's connection, on PostgreSQL in a pipeline that stays open until it is flushed.

    `is_single` says that one statement runs and its rows are awaited: in a transaction that has begun, with nothing
    in flight, it needs no pipeline. The driver's errors come out as SQLAlchemy's.
    """
    driver: Any = connection.connection.driver_connection
    drivers_error = connection.dialect.loaded_dbapi.Error
    try:
        if (
            _has_pipelines(connection)
            and _PIPELINE not in connection.info
            and not (is_single and driver.info.transaction_status == TransactionStatus.INTRANS)
        ):
            assert driver.pgconn.pipeline_status == PipelineStatus.OFF, "a connection has one pipeline at most"
            pipeline = driver.pipeline()
            pipeline.__enter__()
            connection.info[_PIPELINE] = pipeline
        yield driver
    except drivers_error as error:
        _abandon(connection)
        is_lost = connection.dialect.is_disconnect(error, driver, None)
        if is_lost:
            connection.invalidate(error)
        hides = connection.engine.hide_parameters
        raise DBAPIError.instance(
            "(prepared statements)", None, error, drivers_error, hides, is_lost, connection.dialect
        ) from error


def _flush(connection: Connection) -> None:
    """Wait until every statement in flight has run, and close the pipeline; raise the first error."""
    pipeline = connection.info.pop(_PIPELINE, None)
    if pipeline is None:
        return
    driver: Any = connection.connection.driver_connection
    pipeline.__exit__(None, None, None)
    assert driver.pgconn.pipeline_status == PipelineStatus.OFF, "a flushed pipeline is closed"


def _abandon(connection: Connection) -> None:
    """Close the pipeline after an error. What is still in flight fails, too: its transaction can only roll back.

    Where the server left in the middle of its answers, the pipeline cannot be closed, and so the connection is.
    """
    pipeline = connection.info.pop(_PIPELINE, None)
    if pipeline is not None:
        with suppress(psycopg.Error):
            pipeline.__exit__(None, None, None)
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection) and driver.pgconn.pipeline_status != PipelineStatus.OFF:
        driver.close()


@event.listens_for(Engine, "before_cursor_execute")
def _before_any_other_statement(connection: Connection, *_: object) -> None:
    if _PIPELINE in connection.info:
        with _driver(connection):
            _flush(connection)


@event.listens_for(Engine, "commit")
def _with_the_commit(connection: Connection) -> None:
    if _PIPELINE in connection.info:
        with _driver(connection) as driver:
            driver.commit()  # in the same round trip; the engine's own COMMIT, which follows, finds nothing to do
            _flush(connection)
        return
    driver = connection.connection.driver_connection
    # PostgreSQL turns the COMMIT of a failed transaction into a ROLLBACK without an error: nobody must believe it.
    if isinstance(driver, psycopg.Connection) and driver.info.transaction_status == TransactionStatus.INERROR:
        raise RuntimeError("a statement failed and its error was swallowed: nothing can be committed")


@event.listens_for(Engine, "rollback")
def _at_a_rollback(connection: Connection) -> None:
    if connection.invalidated:
        return
    _abandon(connection)
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection) and driver.closed:
        connection.invalidate()  # there is nothing to roll back, and nobody to ask


@event.listens_for(Pool, "checkin")
def _back_in_the_pool(driver: Any, record: Any) -> None:
    if isinstance(driver, psycopg.Connection) and not driver.closed:
        assert driver.pgconn.pipeline_status == PipelineStatus.OFF, "a connection in the pool has no open pipeline"
