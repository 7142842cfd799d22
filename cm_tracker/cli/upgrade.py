"""`cm-tracker upgrade`: a backup, the migrations of this version, and a verification; or everything as it was."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from cm_tracker import clock
from cm_tracker.backups.databases import kept_copy, kind_of, others_at, put_back
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.backups.making import Protection
from cm_tracker.backups.restoring import LEVEL
from cm_tracker.cli.backup import A_FOLDER, back_up, clinic, keys_of_settings
from cm_tracker.cli.clinic import fail
from cm_tracker.cli.ledger import own_signer, print_verification, verify_now
from cm_tracker.cli.upkeep import note
from cm_tracker.database_errors import DatabaseDown, DatabaseError, is_not_allowed
from cm_tracker.db import db, is_migrated
from cm_tracker.domain.errors import KeyMissing
from cm_tracker.domain.upkeep import BACKUP, BEFORE_UPDATE, UPGRADE, updated
from cm_tracker.faults import told
from cm_tracker.ready import NO_TABLES, NOT_ALLOWED, cannot_be_opened
from cm_tracker.revisions import AnotherVersion, check_newer, revision_in
from cm_tracker.version import VERSION, newest_migration

FOLDER = "backups"


@click.command()
@click.argument("folder", required=False, type=A_FOLDER)
@click.option("--encrypt-to", "public_keys", multiple=True, metavar="age1…", help="A public key; may be repeated.")
@with_appcontext
def upgrade(folder: Path | None, public_keys: tuple[str, ...]) -> None:
    """Bring the database to this version of the program, after a backup, and verify it. Stop the server before.

    The backup goes into FOLDER, or into backups/ in the instance folder. If a migration fails, everything is as it was.
    """
    before = _revision()
    if before == newest_migration():
        click.echo(f"The database is of this version ({VERSION}, migration {before}) already. Nothing was changed.")
        return
    db.session.remove()
    db.engine.dispose()
    try:
        own = clinic()
        is_alone = not others_at(own.url)
    except BackupFailed as error:
        fail(f"Nothing was changed: {error}.")
    if not is_alone:
        fail(
            "Something else uses the database. Stop the server and other commands (systemctl stop cm-tracker), then run it again."
        )
    started = clock.now()
    file = _back_up(folder, public_keys)
    with _as_it_was(own.url, before, file):
        # Without its decorator the command raises what went wrong.
        migrations: Any = flask_migrate.upgrade
        migrations.__wrapped__()
    note(BACKUP, started, is_done=True, says=BEFORE_UPDATE)
    is_good = _verifies()
    click.echo(f"The database is of version {VERSION} now (migration {before} before, {newest_migration()} now).")
    note(UPGRADE, started, is_done=is_good, says=updated(before, newest_migration(), is_good=is_good))
    click.echo(
        "To go back, restore the backup into an empty folder with this version, and only then install the version before:\n"
        f"  cm-tracker --instance NEWFOLDER restore {file}"
        + ("" if kind_of(own.url) == "sqlite" else " --database postgresql://…")
    )
    sys.exit(0 if is_good else 1)


def _verifies() -> bool:
    try:
        verification = verify_now(LEVEL, own_signer())
    except KeyMissing as error:
        click.echo(str(error), err=True)
        return False
    print_verification(verification)
    return verification.ok


def _revision() -> str:
    """Return the migration of the database. Exit with a sentence where there is none, or a newer one."""
    try:
        if not is_migrated(db.engine):
            fail(NO_TABLES)
        check_newer(db.engine)
        return revision_in(db.engine)
    except DatabaseDown as error:
        fail(cannot_be_opened(error))
    except AnotherVersion as error:
        fail(str(error))


def _back_up(folder: Path | None, public_keys: tuple[str, ...]) -> Path:
    into = folder or Path(current_app.instance_path) / FOLDER
    try:
        into.mkdir(mode=0o700, exist_ok=True)
        made = back_up(into, Protection(public_keys or keys_of_settings()), with_keys=True, keep=None)
    except OSError as error:
        fail(f"Nothing was changed: {into} cannot be made ({error.strerror}).")
    except BackupFailed as error:
        fail(f"Nothing was changed, because there is no backup in {into}: {error}.")
    click.echo(f"Backup: {made.path}")
    return made.path


@contextmanager
def _as_it_was(url: str, before: str, file: Path) -> Iterator[None]:
    """Run the migrations. Where one fails, put the database back as it was, say so, and exit with 1.

    PostgreSQL and SQLite both roll back a migration that fails; a file of SQLite is put back from a copy all the same,
    because that needs no trust in what a migration did.
    """
    with ExitStack() as stack:
        try:
            copy = stack.enter_context(kept_copy(url))
        except BackupFailed as error:
            fail(f"Nothing was changed: {error}.")
        try:
            yield
        except BaseException as error:
            is_account = isinstance(error, DatabaseError) and is_not_allowed(error)
            click.echo(
                NOT_ALLOWED if is_account else str(error) if isinstance(error, RuntimeError) else told(error), err=True
            )
            db.session.remove()
            db.engine.dispose()
            if copy is not None:
                put_back(copy, url)
            if revision_in(db.engine) != before:
                click.echo(f"The update failed in the middle. Restore the backup: {file}", err=True)
            elif is_account:
                click.echo("The database is as it was before.", err=True)
            else:
                click.echo(
                    "The update failed, and the database is as it was before. Install the version before again, and start "
                    f"the server. The backup stays: {file}",
                    err=True,
                )
            sys.exit(1)
