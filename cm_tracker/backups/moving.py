"""Move every row of a clinic from one kind of database into another, byte by byte where it is encrypted.

The target has the tables of this version and no clinic. Its guards, which let nothing be written but what is sealed now,
and its foreign keys are away while the rows come in, all within one transaction, and are back before its end: PostgreSQL
compares every key again, and so does SQLite. Verification then works out everything from the bytes of the log.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    TableClause,
    Text,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from cm_tracker import models  # noqa: F401  (a table that is not imported would not be moved)
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.db import db
from cm_tracker.encryption import Encrypted, EncryptedBytes

BATCH = 1000
Progress = Callable[[str, int], None]


def move_rows(source: Engine, target: Engine, progress: Progress) -> int:
    """Copy all rows of one database into another one with the same tables. Return how many.

    `progress` is called with each table and its rows. Raise `BackupFailed` where somebody wrote into the source meanwhile,
    or where a row does not fit; then nothing is in the target.
    """
    moved = 0
    with _reading(source) as reading, _loading(target) as writing:
        before = _heads(reading)
        for of in tables():
            writing.execute(delete(of))
        for of in tables():
            count = 0
            for rows in _batches(reading, of):
                writing.execute(insert(of), rows)
                count += len(rows)
            progress(of.name, count)
            moved += count
        with source.connect() as now:
            if _heads(now) != before:
                raise BackupFailed("somebody wrote into it meanwhile; stop the server first")
    return moved


def tables() -> list[TableClause]:
    """Return every table with the columns that are written, as they lie in the database: nothing is decrypted."""
    return [
        table(of.name, *(column(one.name, _stored(one.type)) for one in of.columns if one.computed is None))
        for of in db.metadata.sorted_tables
    ]


def _stored(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, Encrypted):
        return Text()
    return LargeBinary() if isinstance(kind, EncryptedBytes) else kind


def _batches(reading: Connection, of: TableClause) -> Iterator[list[dict[str, Any]]]:
    keys = [of.c[one.name] for one in db.metadata.tables[of.name].primary_key.columns]
    with reading.execution_options(yield_per=BATCH).execute(select(of).order_by(*keys)) as result:
        for rows in result.mappings().partitions(BATCH):
            yield [{**row} for row in rows]


@contextmanager
def _reading(source: Engine) -> Iterator[Connection]:
    isolation = {"isolation_level": "REPEATABLE READ"} if source.dialect.name == "postgresql" else {}
    with source.connect().execution_options(**isolation) as connection:
        _take_time(connection)
        yield connection


@contextmanager
def _loading(target: Engine) -> Iterator[Connection]:
    """Open the one transaction in which the rows come in, without guards and foreign keys until its end."""
    is_sqlite = target.dialect.name == "sqlite"
    with target.connect() as connection:
        if is_sqlite:
            # SQLite changes this between transactions only.
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            _take_time(connection)
            with _without_guards(connection) if is_sqlite else _without_constraints(connection):
                yield connection
            if is_sqlite and (wrong := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise BackupFailed(f"a row of {wrong[0]} names one that is not there")
        connection.invalidate()


def _take_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))


@contextmanager
def _without_guards(connection: Connection) -> Iterator[None]:
    run = connection.exec_driver_sql
    triggers = run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in triggers:
        run(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        run(statement)


@contextmanager
def _without_constraints(connection: Connection) -> Iterator[None]:
    run = connection.exec_driver_sql
    names = [of.name for of in tables()]
    keys = run(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY oid"
    ).all()
    for name in names:
        run(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    for name, key, _ in keys:
        run(f"ALTER TABLE {name} DROP CONSTRAINT {key}")
    yield
    for name, key, definition in keys:
        run(f"ALTER TABLE {name} ADD CONSTRAINT {key} {definition}")
    for name in names:
        run(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        _go_on_numbering(connection, name)


def _go_on_numbering(connection: Connection, name: str) -> None:
    """Let the numbers of new rows go on after those that were moved."""
    if "id" not in db.metadata.tables[name].columns:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(name, "id")))
    newest = connection.scalar(select(func.max(column("id"))).select_from(table(name)))
    if sequence and newest:
        connection.execute(select(func.setval(sequence, newest)))


def _heads(connection: Connection) -> list[Any]:
    """Return where the log and the audit trail are: whatever the program writes moves one of them."""
    named = ("log_head", "audit_head")
    return [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for name in named
        for row in connection.execute(text(f"SELECT size, hash FROM {name}"))  # noqa: S608  (the names are the two above)
    ]


def has_tables(engine: Engine) -> bool:
    """Return whether there is any table."""
    return bool(inspect(engine).get_table_names())
