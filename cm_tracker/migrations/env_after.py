"""What a migration asks for after its commit: to compact tables, so that no old text stays in the free space of the file.

It cannot run in a transaction. The write-ahead log of SQLite is emptied, too; PostgreSQL's own, and every backup, keep
what they hold until they are replaced (docs/operator.md).
"""

import logging
from typing import Any

from sqlalchemy import Connection

_ASKED = "cm_compact"
_log = logging.getLogger("alembic.runtime.migration")


def compact_after(connection: Connection, table: str) -> None:
    """Ask for a table to be compacted after the commit."""
    connection.info.setdefault(_ASKED, []).append(table)


def compact(connection: Connection) -> None:
    """Compact what was asked for. Where somebody else uses the database, say what to run later."""
    tables = connection.info.pop(_ASKED, [])
    if not tables:
        return
    is_sqlite = connection.dialect.name == "sqlite"
    statements = ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] if is_sqlite else [f"VACUUM FULL {', '.join(tables)}"]
    driver: Any = connection.connection.driver_connection
    if not is_sqlite:
        driver.autocommit = True
    try:
        for statement in statements:
            driver.execute(statement)
    except connection.dialect.loaded_dbapi.Error:
        _log.warning("Somebody else uses the database. Run later: %s", "; ".join(statements))
    finally:
        if not is_sqlite:
            driver.autocommit = False
