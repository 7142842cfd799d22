"""What an error of the database means: the disk is full, others write, the server has left, or there is none."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_CANNOT_WRITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)


def is_full(error: DBAPIError) -> bool:
    """Return whether a write failed because of the disk: it is full, has failed, or may not be written."""
    if getattr(error.orig, "sqlstate", None) in ("53100", "58030"):
        return True
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _CANNOT_WRITE


def is_busy(error: DBAPIError) -> bool:
    """Return whether a statement gave up waiting: PostgreSQL's lock and statement timeouts, SQLite's BUSY."""
    if getattr(error.orig, "sqlstate", None) in ("55P03", "57014"):
        return True
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def is_down(error: DBAPIError) -> bool:
    """Return whether the connection to the database was lost, or could not be made."""
    return isinstance(error, OperationalError) or error.connection_invalidated


def is_not_allowed(error: DBAPIError) -> bool:
    """Return whether the account of the database may not do that."""
    return getattr(error.orig, "sqlstate", None) == "42501"


def reason_of(error: DBAPIError) -> str:
    """Return what the driver says about a connection that could not be made: the address and the account, no password."""
    return (str(error.orig).strip().splitlines() or ["no reason is known"])[0]


# The server is being stopped, has crashed, is starting up, or takes nothing but reading: another one has its place.
_AWAY = {"57P01", "57P02", "57P03", "25006"}


def has_left(error: DBAPIError) -> bool:
    """Return whether the server went away in the middle of a transaction, so that another connection is needed.

    A server rolls back whatever has not committed when its connection ends. So before a COMMIT was sent, this says that
    nothing was written. After it was sent, nobody knows.
    """
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _AWAY


# The errors that pages handle, under names of ours, because the web layer does not import SQLAlchemy.
DatabaseDown = OperationalError
DatabaseError = DBAPIError
NoConnection = PoolTimeout

# Serialization failure, deadlock and unique violation. The last one happens if another writer inserts the same name
# after our check and before our insert; the check of the next try then refuses it.
_TRY_AGAIN = {"40001", "40P01", "23505"}


def is_undone(error: Exception) -> bool:
    """Return whether the database undid a transaction because of other writers, so that it may be tried again."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _TRY_AGAIN


def name_of(error: Exception) -> str:
    """Return the type of an error for the log. Its message could hold values from a row."""
    return type(getattr(error, "orig", None) or error).__name__
