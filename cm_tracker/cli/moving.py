"""`cm-tracker move-database`: a clinic from SQLite to PostgreSQL, or back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from cm_tracker.backups.databases import (
    empty_postgresql,
    facts_of,
    files_of,
    has_program_role,
    kind_of,
    others_at,
    url_of,
)
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.backups.moving import has_tables, move_rows
from cm_tracker.cli.backup import check_address
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.cli.ledger import own_signer, print_verification, verify_now
from cm_tracker.database_errors import DatabaseDown, DatabaseError, is_full
from cm_tracker.db import db, make_database
from cm_tracker.domain.errors import KeyMissing
from cm_tracker.queries.ledger.verify import LEVELS

# The settings that would go on naming the old database, and what of it.
OF_THE_OLD = {"OWNER_DATABASE_URL": "the owner", "READ_DATABASE_URL": "a copy"}


@click.command("move-database")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@with_appcontext
def move_database(source: str, target: str) -> None:
    """Move the clinic into another database: FROM and TO are URLs, TO as the owner of an empty one. Stop the server first.

    Nothing in FROM changes. Both are verified at all levels, and their newest records are compared.
    """
    from_url, to_url = _whole("FROM", source), _whole("TO", target)
    if from_url == to_url:
        fail("FROM and TO are the same database.")
    _check_alone(from_url)
    with _clinic_on(from_url) as from_engine:
        need_tables()
        _verify("FROM", "Nothing was moved.")
        with _clinic_on(to_url), _made(to_url):
            moved = _move(from_engine)
    click.echo(
        f"{moved:,} rows were moved and verified. Change these lines of {Path(current_app.instance_path) / 'settings.env'}, "
        "and then start the server:"
    )
    click.echo(f"  DATABASE_URL={target}")
    if kind_of(target) == "postgresql":
        click.echo(
            "In it name the program's own account, such as cm_clinic, with its password: TO names the owner of the tables "
            "(docs/operator.md, PostgreSQL)."
        )
    for name, what in OF_THE_OLD.items():
        if current_app.config[name] not in ("", target):
            click.echo(
                f"{name} names {what} of the old database. Take it out of settings.env or of the environment, or let it name "
                "one of the new database."
            )


def _whole(name: str, url: str) -> str:
    """Return a URL with the whole path of its file of SQLite: it counts from the instance folder, as in settings.env.

    Exit with a sentence where it cannot be used.
    """
    check_address(name, url)
    parts = url_of(url)
    if parts.get_backend_name() != "sqlite":
        return url
    if parts.database in (None, "", ":memory:") or "uri" in parts.query:
        fail(f"{name} must name a file, such as sqlite:////srv/cm/cm_tracker.db.")
    file = (Path(current_app.instance_path) / str(parts.database)).resolve()
    return parts.set(database=str(file)).render_as_string(hide_password=False)


def _check_alone(source: str) -> None:
    """Exit with a sentence where something else uses the clinic: what it writes after the copy would be missing."""
    db.session.remove()
    db.engine.dispose()
    try:
        is_alone = _is_missing(source) or not others_at(source)
    except BackupFailed as error:
        fail(f"Nothing was moved: {error}.")
    if not is_alone:
        fail(
            "Something else uses the database of FROM. Stop the server (systemctl stop cm-tracker), then run it again."
        )


def _is_missing(url: str) -> bool:
    """Return whether a URL names a file of SQLite that is not there."""
    return kind_of(url) == "sqlite" and not Path(str(url_of(url).database)).exists()


def _move(from_engine: Any) -> int:
    """Make the tables of this version in the target, move the rows, and verify them. Return how many there are."""
    try:
        migrations: Any = flask_migrate.upgrade
        migrations.__wrapped__()
        moved = move_rows(from_engine, db.engine, _say)
    except BackupFailed as error:
        fail(f"Nothing was moved: {error}.")
    except DatabaseError as error:
        if is_full(error):
            fail("Nothing was moved: the disk of TO is full, or it cannot be written. Make room, then run it again.")
        fail(f"Nothing was moved: the target does not take the rows ({type(error.orig).__name__}).")
    _verify("TO", "What was moved is removed again.")
    db.session.remove()
    if facts_of(_url(db.engine)) != facts_of(_url(from_engine)):
        fail("Nothing was moved: the newest records of the two databases differ.")
    return moved


def _say(table: str, rows: int) -> None:
    if rows:
        click.echo(f"{table}: {rows:,}", err=True)


def _verify(what: str, otherwise: str) -> None:
    click.echo(f"Verifying {what} ...", err=True)
    try:
        verification = verify_now(max(LEVELS), own_signer())
    except KeyMissing as error:
        fail(f"{error} {otherwise}")
    if not verification.ok:
        print_verification(verification)
        fail(f"The ledger in {what} does not verify. {otherwise}")


@contextmanager
def _made(target: str) -> Iterator[None]:
    """Make the target if it is a file, and take it away again where the block ends with an error."""
    own_files = files_of(Path(str(db.engine.url.database))) if kind_of(target) == "sqlite" else []
    try:
        is_taken = any(file.exists() for file in own_files) if own_files else has_tables(db.engine)
    except DatabaseDown:
        fail("Nothing was moved: the database of TO cannot be reached. Make an empty one with createdb.")
    if not own_files and not has_program_role(target):
        fail(
            "Nothing was moved: the server of TO has no role cm_tracker_app, by which the program's own account gets its "
            "rights. Make the roles first, as docs/operator.md says under PostgreSQL."
        )
    if is_taken:
        fail("Nothing was moved: TO is not empty. Name a file that is not there yet, or an empty database.")
    try:
        make_database(db.engine)
    except OSError as error:
        fail(f"Nothing was moved: {db.engine.url.database} cannot be made ({error.strerror}).")
    try:
        yield
    except BaseException:
        db.session.remove()
        db.engine.dispose()
        # Other files may have names that begin like that of TO.
        for file in own_files:
            file.unlink(missing_ok=True)
        if not own_files:
            _empty(_url(db.engine))
        raise


def _empty(target: str) -> None:
    """Take everything out of a PostgreSQL database again. Exit with a sentence where that cannot be done."""
    try:
        empty_postgresql(target)
    except BackupFailed as error:
        fail(f"Nothing was moved, and TO cannot be emptied: {error}. Drop it, and make an empty one with createdb.")


def _url(engine: Any) -> str:
    return str(engine.url.render_as_string(hide_password=False))


@contextmanager
def _clinic_on(url: str) -> Iterator[Any]:
    """Work as this clinic, with its keys, on this database alone. Yield its engine."""
    data_key = current_app.extensions["cm_data_keys"].path
    app = current_app.extensions["cm_create_app"](
        {"DATABASE_URL": url, "OWNER_DATABASE_URL": "", "READ_DATABASE_URL": "", "DATA_KEY_FILE": str(data_key)},
        instance=Path(current_app.instance_path),
    )
    with app.app_context():
        try:
            yield db.engine
        finally:
            db.session.remove()
            db.engine.dispose()
