"""Statements that are compiled once: for the few that every visit runs.

Building, caching, running and unpacking a statement costs SQLAlchemy several times what the database
needs to answer it. A `Prepared` keeps the text and the converters of its columns for each kind of
database and hands the text to the driver. The transaction stays the session's, and an error is
SQLAlchemy's.

On PostgreSQL every question is a journey to another process, and a visit asks some twenty. Statements
that need no answer are therefore sent without waiting (`later`): the database works on them while we go
on, up to the next one whose answer is needed, or the COMMIT. Questions that do not depend on one
another travel run_batch (`run_batch`). The driver calls this a pipeline. The database runs everything in
the order in which it was sent, and a refusal is the same `IntegrityError` as ever; only that it may
come with a statement that was sent after the one that is refused.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

Converter = Callable[[Any], Any]


class _Compiled(NamedTuple):
    text: str
    is_positional: bool
    # Each value that the statement asks for: its name, what it is when nobody gives it, and how it is written.
    binds: tuple[tuple[str, Any, Converter | None], ...]
    # How a row is read, by column, and what it is called; no row for a statement that answers none.
    converters: tuple[tuple[int, Converter], ...]
    row: Any

    def written(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver wants them."""
        written = [
            (name, convert(values.get(name, default)) if convert else values.get(name, default))
            for name, default, convert in self.binds
        ]
        return tuple(value for _, value in written) if self.is_positional else dict(written)

    def read(self, cursor: Any) -> list[Any]:
        """The rows of a cursor, by name."""
        if self.row is None:
            return []
        rows = cursor.fetchall()
        if not self.converters:
            return [self.row._make(row) for row in rows]
        found = []
        for row in rows:
            cells = list(row)
            for at, convert in self.converters:
                cells[at] = convert(cells[at])
            found.append(self.row._make(cells))
        return found


class Prepared:
    """A statement with fixed columns and named values. No list of values may be among them."""

    def __init__(self, statement: Executable, *, columns: Sequence[Any] = ()) -> None:
        """`columns` are those of a statement that returns rows."""
        self.statement = statement
        self.columns = tuple(columns)
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Run it in the session's transaction. Answers its rows, by name."""
        return run_batch(session, {"rows": (self, values)})["rows"]

    def enqueue(self, session: Session, *rows: Mapping[str, Any]) -> None:
        """Run it once for each row of values without waiting for it. It answers no rows."""
        connection = _connection(session)
        compiled = self._for(connection.dialect)
        written = [compiled.written(values) for values in rows]
        if not written:
            return
        with _driver(connection) as driver:
            if len(written) == 1:
                driver.execute(compiled.text, written[0])
            else:
                driver.cursor().executemany(compiled.text, written)

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self.statement.compile(dialect=dialect)  # type: ignore[attr-defined]  (every statement has it)
        if "POSTCOMPILE" in compiled.string:
            raise ValueError("a prepared statement takes no list")
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        binds = tuple(
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
            binds=binds,
            converters=tuple((at, convert) for at, convert in enumerate(processors) if convert is not None),
            row=namedtuple("Row", [column.key for column in self.columns]) if self.columns else None,
        )


# Statements that travel together, each with its parameters, by the name under which its rows come back.
Batch = Mapping[str, tuple[Prepared, Mapping[str, Any]]]


def run_batch(session: Session, batch: Batch) -> dict[str, list[Any]]:
    """Run several statements in one round trip, in their order. Return the rows of each by its name."""
    connection = _connection(session)
    compiled = {
        name: (one := statement._for(connection.dialect), one.written(parameters))
        for name, (statement, parameters) in batch.items()
    }
    with _driver(connection, is_alone=len(batch) == 1) as driver:
        if not _is_pipelined(connection):
            return {name: one.read(driver.execute(one.text, row)) for name, (one, row) in compiled.items()}
        cursors = {name: driver.execute(one.text, row) for name, (one, row) in compiled.items()}
        _flush(connection)
    return {name: compiled[name][0].read(cursor) for name, cursor in cursors.items()}


_CONNECTION, _UNDER_WAY = "cm_connection", "cm_pipeline"


def _connection(session: Session) -> Connection:
    """The connection of the session's transaction, which begins with the first question."""
    # To ask the session for it again costs more than a small question costs SQLite.
    of, connection = session.info.get(_CONNECTION, (None, None))
    if connection is None or of is not session.get_transaction():
        connection = session.connection()
        session.info[_CONNECTION] = (session.get_transaction(), connection)
    found: Connection = connection
    return found


def _is_pipelined(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


@contextmanager
def _driver(connection: Connection, *, is_alone: bool = False) -> Iterator[Any]:
    """The driver's connection; on PostgreSQL in a pipeline, which stays open until the statements arrive.

    `is_alone` says that one statement is asked and its answer awaited: in a transaction that has begun,
    with nothing under way, it needs no pipeline. The driver's errors come out as SQLAlchemy's.
    """
    driver: Any = connection.connection.driver_connection
    drivers_error = connection.dialect.loaded_dbapi.Error
    try:
        if (
            _is_pipelined(connection)
            and _UNDER_WAY not in connection.info
            and not (is_alone and driver.info.transaction_status == TransactionStatus.INTRANS)
        ):
            pipeline = driver.pipeline()
            pipeline.__enter__()
            connection.info[_UNDER_WAY] = pipeline
        yield driver
    except drivers_error as error:
        is_lost = connection.dialect.is_disconnect(error, driver, None)
        if is_lost:
            connection.info.pop(_UNDER_WAY, None)
            connection.invalidate(error)
        hidden = connection.engine.hide_parameters
        raise DBAPIError.instance(
            "(prepared statements)", None, error, drivers_error, hidden, is_lost, connection.dialect
        ) from error


def _flush(connection: Connection) -> None:
    """Wait until every statement that is under way was run; raises the first one's refusal."""
    pipeline = connection.info.pop(_UNDER_WAY, None)
    if pipeline is not None:
        pipeline.__exit__(None, None, None)


@event.listens_for(Engine, "before_cursor_execute")
def _before_any_other(connection: Connection, *_: object) -> None:
    if _UNDER_WAY in connection.info:
        with _driver(connection):
            _flush(connection)


@event.listens_for(Engine, "commit")
def _with_the_commit(connection: Connection) -> None:
    if _UNDER_WAY in connection.info:
        with _driver(connection) as driver:
            driver.commit()  # the engine's own, which follows, then finds nothing to do
            _flush(connection)
        return
    driver = connection.connection.driver_connection
    # PostgreSQL answers such a COMMIT with a ROLLBACK and without an error: nobody must believe it.
    if isinstance(driver, psycopg.Connection) and driver.info.transaction_status == TransactionStatus.INERROR:
        raise RuntimeError("a statement was refused and its error swallowed: nothing can be committed")


@event.listens_for(Engine, "rollback")
def _forget(connection: Connection) -> None:
    if not connection.invalidated and _UNDER_WAY in connection.info:
        with suppress(DBAPIError), _driver(connection):
            _flush(connection)
