"""Whole databases: copy one into a file while it is in use, and make one again from such a file."""

import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from cm_tracker.backups.failure import BackupFailed, why
from cm_tracker.backups.files import new_file, own_folder
from cm_tracker.config import driver_url

# The program's own account on PostgreSQL (docs/operator.md), to which the tables give their rights.
ROLE = "cm_tracker_app"
# A server of PostgreSQL lists a connection for a moment after it was closed, such as one of this command.
LEAVING_SECONDS = 1.0
_FACTS = "SELECT version_num, size, hash FROM alembic_version, log_head"


class Facts(NamedTuple):
    """What a database says about itself: its migration, how many records are sealed, and the newest one's hash."""

    migration: str
    records: int
    head: str


def url_of(text: str) -> URL:
    """Return the parts of a database's URL, as the settings have it. It may name several hosts."""
    return make_url(driver_url(text))


def kind_of(url: str) -> str:
    """Return `sqlite` or `postgresql`."""
    return url_of(url).get_backend_name()


def copy_database(url: str, target: Path) -> Facts:
    """Write a whole copy of a database into a new file: SQLite's own, or the custom format of `pg_dump`.

    Return what the copy says about itself. Raise `BackupFailed`, `OSError`, `sqlite3.Error` or `CalledProcessError`.
    """
    new_file(target)
    if kind_of(url) == "sqlite":
        return _copy_sqlite(str(url_of(url).database), target)
    return _dump_postgresql(url_of(url), target)


def _copy_sqlite(database: str, target: Path) -> Facts:
    with (
        closing(_sqlite(database)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        # Beside a copy lie no other files.
        copy.execute("PRAGMA journal_mode = DELETE")
        if copy.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise BackupFailed("the database is damaged: PRAGMA quick_check finds something")
        return _facts(copy.execute(_FACTS).fetchone())


def facts_of(url: str) -> Facts:
    """Return what a database says about itself. Raise `BackupFailed` or `sqlite3.Error`."""
    parts = url_of(url)
    if parts.get_backend_name() == "postgresql":
        with connected(parts) as connection:
            return _facts(connection.execute(_FACTS).fetchone())
    with closing(_sqlite(str(parts.database))) as connection:
        return _facts(connection.execute(_FACTS).fetchone())


def _sqlite(database: str) -> sqlite3.Connection:
    """Open a file of SQLite that is there."""
    return sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=rw", uri=True)


def _facts(row: Any) -> Facts:
    migration, records, head = row
    return Facts(migration, records, bytes(head).hex())


def _dump_postgresql(url: URL, target: Path) -> Facts:
    with connected(url) as connection:
        # The dump and what is read here are of the same moment, while others go on writing.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = _first(connection, "SELECT pg_export_snapshot()")
        facts = _facts(connection.execute(_FACTS).fetchone())
        with target.open("wb") as file:
            run(url, "pg_dump", ["--format=custom", f"--snapshot={snapshot}"], stdout=file)
        return facts


def files_of(database: Path) -> list[Path]:
    """Return the files that an SQLite database may have: itself, and what SQLite puts beside it while it works."""
    return [database.with_name(database.name + ending) for ending in ("", "-wal", "-shm", "-journal")]


@contextmanager
def kept_copy(url: str) -> Iterator[Path | None]:
    """Keep a copy of a file of SQLite beside it while the block runs, and yield it; None for PostgreSQL.

    Raise `BackupFailed` where it cannot be made.
    """
    if kind_of(url) != "sqlite":
        yield None
        return
    beside = Path(str(url_of(url).database)).resolve().parent
    with ExitStack() as stack:
        try:
            copy = stack.enter_context(own_folder(beside, "upgrade")) / "copy"
            copy_database(url, copy)
        except (OSError, sqlite3.Error) as error:
            raise BackupFailed(why(error)) from error
        yield copy


def put_back(copy: Path, url: str) -> None:
    """Replace a file of SQLite, which nobody has open, by a copy that was made before."""
    database, *beside = files_of(Path(str(url_of(url).database)).resolve())
    copy.chmod(0o600)
    for path in beside:
        path.unlink(missing_ok=True)
    shutil.move(copy, database)


def load_postgresql(url: str, dump: Path) -> None:
    """Fill a database without tables from a file of `pg_dump`, all or nothing.

    Its tables belong to the account of the URL. The program's own account gets its rights where the server knows it.
    """
    parts, has_role = url_of(url), has_program_role(url)
    if not has_role and _has_rights(dump):
        raise BackupFailed(
            f"this server has no role {ROLE}, by which the program's own account gets its rights; make the roles first, as "
            "docs/operator.md says under PostgreSQL"
        )
    options = ["--single-transaction", "--exit-on-error", "--no-owner", *([] if has_role else ["--no-privileges"])]
    run(parts, "pg_restore", [*options, str(dump)])


def has_program_role(url: str) -> bool:
    """Return whether a PostgreSQL server has the role by which the program's own account gets its rights."""
    with connected(url_of(url)) as connection:
        return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)).fetchone() is not None


def _has_rights(dump: Path) -> bool:
    """Return whether a dump gives rights to the program's own account: without it, it could open nothing."""
    listed = subprocess.run(  # noqa: S603  (our own program with our own arguments)
        [_program("pg_restore"), "--list", str(dump)], capture_output=True, text=True, check=True
    ).stdout
    return any(" ACL " in line for line in listed.splitlines())


def tables_in(url: str) -> int:
    """Return how many tables a PostgreSQL database has. Raise `BackupFailed` where it cannot be reached."""
    with connected(url_of(url)) as connection:
        return int(
            _first(
                connection,
                "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
            )
        )


def empty_postgresql(url: str) -> None:
    """Take everything out of a database again that was without tables before."""
    with connected(url_of(url)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        functions = connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
            "AND proname LIKE 'cm\\_%'"
        ).fetchall()
        for (name,) in tables:
            connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(name)))
        for (signature,) in functions:
            connection.execute(f"DROP FUNCTION {signature} CASCADE".encode())


@contextmanager
def own_postgresql(url: str) -> Iterator[str]:
    """Make a database of its own on the server of a URL, yield its URL, and drop it. Raise `BackupFailed`.

    There is one for each database of a clinic, so one that was left behind is found and dropped.
    """
    parts = url_of(url)
    with connected(parts, autocommit=True) as connection:
        # The lock is of this database, and ends with the connection.
        if not _first(connection, "SELECT pg_try_advisory_lock(hashtext('cm_drill'))"):
            raise BackupFailed("another drill of this clinic is running; wait until it has ended")
        own = _first(connection, "SELECT oid FROM pg_database WHERE datname = current_database()")
        name = f"cm_drill_{own}"
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        try:
            connection.execute(drop)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise BackupFailed(
                f"the account {parts.username} may not make a database for it; name the owner of the tables in "
                "OWNER_DATABASE_URL, and allow it to that account with ALTER ROLE ... CREATEDB"
            ) from None
        try:
            yield parts.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(drop)


def check_same(owner: str, program: str) -> None:
    """Raise `BackupFailed` where the URLs of the tables' owner and of the program name different databases."""
    by_owner, by_program = url_of(owner), url_of(program)
    if by_owner.get_backend_name() != by_program.get_backend_name():
        is_same = False
    elif by_owner.get_backend_name() == "sqlite":
        is_same = Path(str(by_owner.database)).resolve() == Path(str(by_program.database)).resolve()
    else:
        # A copy says the same about itself as the database; only a lock that both see tells them apart.
        number = int.from_bytes(os.urandom(7))
        with connected(by_owner) as one, connected(by_program) as other:
            one.execute("SELECT pg_advisory_xact_lock(%s)", (number,))
            is_same = other.execute("SELECT NOT pg_try_advisory_xact_lock(%s)", (number,)).fetchone() == (True,)
    if not is_same:
        raise BackupFailed(
            "OWNER_DATABASE_URL and DATABASE_URL name different databases; let both name that of this clinic"
        )


def others_at(url: str) -> int:
    """Return how many others are connected to a PostgreSQL database, or whether one uses a file of SQLite (1 or 0).

    Raise `BackupFailed` where the database cannot be opened.
    """
    parts = url_of(url)
    if parts.get_backend_name() == "postgresql":
        with connected(parts, autocommit=True) as connection:
            others, until = _others_on(connection), time.monotonic() + LEAVING_SECONDS
            while others and time.monotonic() < until:
                time.sleep(0.05)
                others = _others_on(connection)
            return others
    try:
        with closing(_sqlite(str(parts.database))) as connection:
            return _is_in_use(connection)
    except sqlite3.Error as error:
        raise BackupFailed(why(error)) from error


def _others_on(connection: "psycopg.Connection[Any]") -> int:
    return int(
        _first(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
        )
    )


def _is_in_use(connection: sqlite3.Connection) -> bool:
    """Return whether somebody else has a file of SQLite open: only alone can its write-ahead log be left."""
    try:
        return bool(connection.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",))
    except sqlite3.OperationalError:
        return True


@contextmanager
def connected(url: URL, *, autocommit: bool = False) -> Iterator["psycopg.Connection[Any]"]:
    """Open a connection to a PostgreSQL server. Raise `BackupFailed` where it cannot be reached."""
    try:
        opened = psycopg.connect(address_of(url), password=url.password, autocommit=autocommit)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise BackupFailed(f"the database cannot be reached ({str(error).strip().splitlines()[0]})") from error
    with opened as connection:
        yield connection


def _program(name: str) -> str:
    """Return where one of PostgreSQL's own programs is. Raise `BackupFailed` where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(f"{name} is not installed (in Debian it is in postgresql-client)")
    return found


def run(url: URL, program: str, options: Sequence[str], stdout: Any = None) -> None:
    """Run one of PostgreSQL's own programs on a database. Raise `BackupFailed` and `CalledProcessError`."""
    found = _program(program)
    # Others on the machine can read a command line, so the password is not in it.
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    subprocess.run(  # noqa: S603  the program is the administrator's
        [found, f"--dbname={address_of(url)}", *options],
        env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip


def address_of(url: URL) -> str:
    """Return a URL as PostgreSQL's own programs take it, without its password. Several hosts are one parameter there."""
    query = dict(url.query)
    if isinstance(hosts := query.get("host"), tuple):
        named = [re.fullmatch(r"(.*?)(?::(\d+))?", host) for host in hosts]
        query["host"] = ",".join(found[1] for found in named if found)
        query["port"] = ",".join(found[2] or "" for found in named if found)
    # `URL.set` would leave the password where it is.
    address = URL.create(
        "postgresql", username=url.username, host=url.host, port=url.port, database=url.database, query=query
    )
    return address.render_as_string()


def _first(connection: "psycopg.Connection[Any]", statement: str) -> Any:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None, "such a statement has one row"
    return row[0]
