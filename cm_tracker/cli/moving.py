"""`cm-tracker move-database`: a clinic from SQLite to PostgreSQL, or back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from cm_tracker.backups.databases import empty_postgresql, facts_of, has_program_role, kind_of, others_at, url_of
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.backups.moving import has_tables, move_rows
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.cli.ledger import own_signer, print_verification, verify_now
from cm_tracker.config import BadSettings, check_url
from cm_tracker.database_errors import DatabaseDown, DatabaseError
from cm_tracker.db import db, make_database
from cm_tracker.domain.errors import KeyMissing
from cm_tracker.queries.ledger.verify import LEVELS


@click.command("move-database")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@with_appcontext
def move_database(source: str, target: str) -> None:
    """Move the clinic into another database: FROM and TO are URLs, TO as the owner of an empty one. Stop the server first.

    Nothing in FROM changes. Both are verified at all levels, and their newest records are compared.
    """
    for what, url in (("FROM", source), ("TO", target)):
        try:
            check_url(what, url)
        except BadSettings as error:
            fail(str(error))
    if source == target:
        fail("FROM and TO are the same database.")
    _check_alone(source)
    with _clinic_on(source) as from_engine:
        need_tables()
        _verify("FROM", "Nothing was moved.")
        with _clinic_on(target), _made(target):
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
    is_sqlite = kind_of(target) == "sqlite"
    file = Path(str(db.engine.url.database))
    try:
        is_taken = file.exists() if is_sqlite else has_tables(db.engine)
    except DatabaseDown:
        fail("Nothing was moved: the database of TO cannot be reached. Make an empty one with createdb.")
    if not is_sqlite and not has_program_role(target):
        fail(
            "Nothing was moved: the server of TO has no role cm_tracker_app, by which the program's own account gets its "
            "rights. Make the roles first, as docs/operator.md says under PostgreSQL."
        )
    if is_taken:
        fail("Nothing was moved: TO is not empty. Name a file that is not there yet, or an empty database.")
    make_database(db.engine)
    try:
        yield
    except BaseException:
        db.session.remove()
        db.engine.dispose()
        if is_sqlite:
            for path in file.parent.glob(f"{file.name}*"):
                path.unlink()
        else:
            empty_postgresql(_url(db.engine))
        raise


def _url(engine: Any) -> str:
    return str(engine.url.render_as_string(hide_password=False))


@contextmanager
def _clinic_on(url: str) -> Iterator[Any]:
    """Work as this clinic, with its keys, on a database. Yield its engine."""
    data_key = current_app.extensions["cm_data_keys"].path
    app = current_app.extensions["cm_create_app"](
        {"DATABASE_URL": url, "OWNER_DATABASE_URL": "", "DATA_KEY_FILE": str(data_key)},
        instance=Path(current_app.instance_path),
    )
    with app.app_context():
        try:
            yield db.engine
        finally:
            db.session.remove()
            db.engine.dispose()
