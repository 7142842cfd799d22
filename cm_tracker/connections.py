"""What every connection to the database needs: its settings, its types, and a check that it still stands.

The listeners below belong to every engine, so whoever imports `cm_tracker.db` has them.
"""

import sqlite3
import time
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

# Every SQLite connection needs these settings. They last only as long as the connection, so they are set
# on connect, and checked when the application starts.
SQLITE_SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
# How long a writer waits for others, on both databases, and how long one statement may run on PostgreSQL. Without
# limits, everybody waits behind one process that hangs.
WAIT_SECONDS = 4.0
STATEMENT_SECONDS = 30
# How long a process waits for another PostgreSQL server where the one that it used has left.
AWAY_SECONDS = 10.0
# A machine that died says nothing. Without these, whoever waits for it would wait for two hours. The URL may say otherwise.
NETWORK = {
    "connect_timeout": 2,
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 9000,
}


class WholeNumber(Loader):
    """Read PostgreSQL's `numeric` as an int: it is only the type of a sum, and the program has no fractions anywhere."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data))


@event.listens_for(Engine, "do_connect")
def _refuse_a_stray_file(dialect: Dialect, record: Any, arguments: Any, parameters: Any) -> None:
    # SQLite makes a file where there is none. A command with a wrong address would leave a stray database, and a night
    # without a clinic would look like one without findings.
    if dialect.name == "sqlite":
        file = str(arguments[0])
        if file not in ("", ":memory:") and not file.startswith("file:") and not Path(file).exists():
            raise sqlite3.OperationalError("there is no such database")


# Until when a process waits for a server, by dialect: every engine has its own. None while there is one.
_waits_until: WeakKeyDictionary[Dialect, float | None] = WeakKeyDictionary()


@event.listens_for(Engine, "do_connect")
def _wait_for_a_server(dialect: Dialect, record: Any, arguments: Any, parameters: Any) -> Any:
    """Connect to PostgreSQL, and wait for a server where there was one a moment ago.

    After a server has stopped or died, another one takes its place within seconds; meanwhile none can be reached, or
    all of them only read. Only the first `AWAY_SECONDS` of such an outage are waited for, and by everybody together:
    after that each request is told at once, so that a long outage does not hold every thread. A process that was never
    connected does not wait, because its settings may be wrong.
    """
    if dialect.name != "postgresql":
        return None
    for name, value in NETWORK.items():
        parameters.setdefault(name, value)
    while True:
        try:
            connection = dialect.connect(*arguments, **parameters)
        except psycopg.OperationalError:
            if dialect not in _waits_until:
                raise
            until = _waits_until[dialect]
            if until is None:
                until = _waits_until[dialect] = time.monotonic() + AWAY_SECONDS
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            _waits_until[dialect] = None
            return connection


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        # `_on_begin` sends BEGIN. The driver's own BEGIN would come too late to protect a read.
        connection.isolation_level = None
        for name, value in SQLITE_SETTINGS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        _set_busy_timeout(connection, WAIT_SECONDS)
    elif isinstance(connection, psycopg.Connection):
        connection.adapters.register_loader("numeric", WholeNumber)
        connection.execute(
            "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)",
            (f"{WAIT_SECONDS * 1000:.0f}ms", f"{STATEMENT_SECONDS}s"),
        )
        connection.commit()


def _set_busy_timeout(connection: Any, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {max(int(seconds * 1000), 0)}")


@event.listens_for(Pool, "checkout")
def _on_checkout(connection: Any, record: Any, proxy: Any) -> None:
    # If the server has stopped, the socket is closed, and a closed socket is ready to be read; an idle open
    # one is not. So a restart of the server is noticed without a query before every page.
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
        deadline = connection.get_execution_options().get("cm_writes_until")
        # Set each time: a connection keeps what the transaction before has set.
        seconds = WAIT_SECONDS if deadline is None else deadline - time.monotonic()
        _set_busy_timeout(connection.connection.driver_connection, seconds)
        connection.exec_driver_sql("BEGIN" if deadline is None else "BEGIN IMMEDIATE")


def check_settings(engine: Engine) -> None:
    """Raise `RuntimeError` if SQLite runs without a setting that the ledger needs."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        for name, wanted in SQLITE_SETTINGS.items():
            current = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            # A database in memory has no write-ahead log, so it is refused, too. No clinic uses one.
            if current != wanted:
                raise RuntimeError(f"SQLite runs with {name} = {current}, but the ledger needs {wanted}.")
