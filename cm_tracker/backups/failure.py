"""Why a backup could not be made, opened or restored."""

import errno
import re
import sqlite3
import subprocess

import psycopg
from sqlalchemy.exc import DBAPIError

# What the machine, a disk or a database server does to a backup: `why` says it in words.
TROUBLE = (OSError, sqlite3.Error, subprocess.CalledProcessError, psycopg.Error, DBAPIError)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class BackupFailed(Exception):
    """A backup could not be made, opened or restored. The message is the end of a sentence, without a path."""


def why(error: OSError | sqlite3.Error | subprocess.CalledProcessError | psycopg.Error | DBAPIError) -> str:
    """Return what an error of the machine or of a database means, as the end of a sentence."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, (sqlite3.Error, psycopg.Error)):
        return why(error.orig)
    if isinstance(error, (psycopg.Error, DBAPIError)):
        return f"the database says: {(str(error).strip().splitlines() or ['the connection was lost'])[0]}"
    if isinstance(error, subprocess.CalledProcessError):
        if "No space left" in (error.stderr or ""):
            return "the disk is full"
        if "permission denied for schema public" in (error.stderr or ""):
            return "the account may not make tables there; make the database with createdb --owner=ACCOUNT"
        if re.search("permission denied|lack SELECT privilege", error.stderr or ""):
            return "the account may not read all of it; set OWNER_DATABASE_URL to the owner of the tables"
        program = str(error.cmd[0]).rpartition("/")[2]
        lines = (error.stderr or "").strip().splitlines()
        return f"{program} says: {lines[0]}" if lines else f"{program} broke off with {error.returncode}"
    code = error.sqlite_errorcode & 0xFF if isinstance(error, sqlite3.Error) and error.args else None
    if code == sqlite3.SQLITE_FULL or (isinstance(error, OSError) and error.errno in _FULL):
        return "the disk is full"
    if isinstance(error, FileNotFoundError):
        return "the folder or a file in it has vanished"
    if isinstance(error, OSError):
        return f"the disk says: {error.strerror or error}"
    return f"SQLite says: {error}"
