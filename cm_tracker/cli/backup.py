"""`cm-tracker backup`, `restore`, `drill` and `backup-key`: the whole clinic in one file, and back."""

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from cm_tracker import clock
from cm_tracker.backups.age import is_encrypted, new_identity, takes_a_passphrase
from cm_tracker.backups.databases import check_same, own_postgresql
from cm_tracker.backups.failure import TROUBLE, BackupFailed, why
from cm_tracker.backups.files import own_folder
from cm_tracker.backups.making import Clinic, Made, Protection, backups_in, clinic_of, make_backup
from cm_tracker.backups.restoring import Opening, Restored, Target, keys_in, restore_backup
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.cli.upkeep import note
from cm_tracker.config import ADDRESSES, BadSettings, check_url
from cm_tracker.db import db
from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.upkeep import BACKUP, DRILL, NOT_RESTORED, copied, on_trial, restored
from cm_tracker.version import VERSION

LEAST_CHARACTERS = 12
A_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
A_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
# Where the environment has a secret, no file has it.
ONLY_IN_ENVIRONMENT = ("SECRET_KEY", "PEPPER")


@click.command()
@click.argument("folder", type=A_FOLDER)
@click.option("--encrypt-to", "public_keys", multiple=True, metavar="age1…", help="A public key; may be repeated.")
@click.option("--passphrase", "by_passphrase", is_flag=True, help="Encrypt with a passphrase; it asks for it.")
@click.option("--without-keys", is_flag=True, help="Leave out the settings and the keys. Keep them in another place.")
@click.option("--keep", type=click.IntRange(1), help="Drop all but so many of the newest backups in the folder.")
@with_appcontext
def backup(
    folder: Path, public_keys: tuple[str, ...], by_passphrase: bool, without_keys: bool, keep: int | None
) -> None:
    """Write the whole clinic into a folder, as one new file that only you can read, while it is in use.

    The database, the settings and the keys are in it. It is encrypted if you say to whom, here or in the setting
    BACKUP_KEYS.
    """
    need_tables()
    if public_keys and by_passphrase:
        fail("Choose --encrypt-to or --passphrase: a file of age cannot be opened by both.")
    passphrase = ask_passphrase(is_new=True) if by_passphrase else None
    protection = Protection(() if by_passphrase else public_keys or keys_of_settings(), passphrase)
    started = clock.now()
    try:
        made = back_up(folder, protection, with_keys=not without_keys, keep=keep)
    except BackupFailed as error:
        fail(f"There is no backup in {folder}: {error}.")
    note(BACKUP, started, is_done=True, says=what_was_made(made))
    click.echo(made.path)


def keys_of_settings() -> tuple[str, ...]:
    """Return the public keys of the setting BACKUP_KEYS."""
    return tuple(key.strip() for key in current_app.config["BACKUP_KEYS"].split(",") if key.strip())


def clinic() -> Clinic:
    """Return what a backup of this installation is made of. Raise `BackupFailed` as `url_of_owner` does."""
    app = current_app
    return clinic_of(url_of_owner(), Path(app.instance_path), app.config, app.extensions["cm_data_keys"].path)


def url_of_owner() -> str:
    """Return the URL of this database for the owner of its tables, or the program's where none is named.

    Raise `BackupFailed` where the owner's names another database, or cannot be reached.
    """
    # The engine knows where a file of SQLite is that the settings name from the instance folder.
    url = db.engine.url.render_as_string(hide_password=False)
    owner = str(current_app.config["OWNER_DATABASE_URL"])
    if owner:
        check_same(owner, url)
    return owner or url


def back_up(folder: Path, protection: Protection, *, with_keys: bool, keep: int | None) -> Made:
    """Make a backup of this installation, and say on standard error what it does not protect. Raise `BackupFailed`."""
    db.session.remove()
    made = make_backup(
        clinic(), folder, protection=protection, with_keys=with_keys, keep=keep, version=VERSION, now=clock.now()
    )
    if not protection.is_on:
        what = "results and points" if not with_keys else "results, points and the keys of everything else"
        click.echo(f"It is not encrypted: whoever has the file reads {what}.", err=True)
    say_ahead(made.ahead)
    for name in ONLY_IN_ENVIRONMENT:
        if os.environ.get(name):
            click.echo(f"{name} is set in the environment and is not in the backup. Keep it elsewhere, too.", err=True)
    return made


def say_ahead(files: Sequence[Path]) -> None:
    """Say on standard error that backups are dated in the future."""
    if files:
        what = f"{files[0].name} is" if len(files) == 1 else f"{len(files)} backups, such as {files[0].name}, are"
        click.echo(
            f"{what} dated in the future, so a clock was wrong or is wrong now. --keep neither counts nor drops such a backup, "
            "and a drill takes an earlier one. If the clock is right now, delete such a file or give it the right name.",
            err=True,
        )


def what_was_made(made: Made) -> Phrase:
    """Return what a backup holds, in a sentence without a path."""
    return copied(made.manifest.records, len(made.manifest.files) - 1, made.dropped)


@click.command()
@click.argument("file", type=A_FILE)
@click.option("--identity", type=A_FILE, help="The file of the private key that opens it.")
@click.option("--keys", type=A_FOLDER, help="A folder with the settings and keys, for a backup without them.")
@click.option(
    "--database", "database_url", default="", metavar="URL", help="An empty PostgreSQL database, as its owner."
)
@click.option("--with-findings", is_flag=True, help="Restore it even where its ledger does not verify.")
@with_appcontext
def restore(file: Path, identity: Path | None, keys: Path | None, database_url: str, with_findings: bool) -> None:
    """Make a clinic again from a backup, in an empty folder: that of --instance or INSTANCE_PATH.

    Everything is checked first, and verified at the end. If anything is wrong, nothing stays.
    """
    check_address("--database", database_url)
    folder = Path(current_app.instance_path)
    target = Target(folder, database_url, keys_in(keys) if keys else {})
    try:
        done = restore_backup(file, target, ask_opening(file, identity), may_have_findings=with_findings)
    except BackupFailed as error:
        fail(f"Nothing was restored: {error}.")
    click.echo(f"Restored into {folder}: {what_was_restored(done)}")
    if database_url and not done.has_own_account:
        click.echo(
            f"In {folder / 'settings.env'} DATABASE_URL names the owner of the tables. Name the program's own account there, "
            "such as cm_clinic, before you start it."
        )
    if done.had_copy:
        click.echo(
            "READ_DATABASE_URL was left out of settings.env: it names a copy of the old database. Set it again once a server "
            "follows the restored one."
        )
    if named := ", ".join(name for name in ADDRESSES if os.environ.get(name)):
        click.echo(
            f"{named}: set in the environment, which is stronger than settings.env. Let each name the restored database there, "
            "or take it out.",
            err=True,
        )
    if done.verification is None:
        click.echo("An older version of the program made it, so it is not verified yet. Run cm-tracker upgrade now.")
    else:
        click.echo("Start the program with this folder. Compare a checkpoint that you kept elsewhere: "
                   "cm-tracker ledger verify --against FILE.")  # fmt: skip


def check_address(name: str, url: str) -> None:
    """Exit with a sentence where the URL of a database that was named on the command line cannot be used."""
    try:
        check_url(name, url)
    except BadSettings as error:
        fail(str(error))


def what_was_restored(done: Restored) -> Phrase:
    """Return what a restored clinic holds and whether it verifies, in a sentence without a path."""
    made_at = datetime.fromisoformat(done.manifest.made_at)
    found = done.verification
    if found is None:
        return restored(done.manifest.records, made_at, None, 0)
    return restored(done.manifest.records, made_at, found.level, len(found.findings))


@click.command()
@click.argument("folder", type=A_FOLDER)
@click.option("--identity", type=A_FILE, help="The file of the private key that opens it.")
@with_appcontext
def drill(folder: Path, identity: Path | None) -> None:
    """Try whether the newest backup of a folder can be restored: restore it elsewhere, verify it, and remove it.

    With PostgreSQL it makes a database of its own on the same server and drops it.
    """
    need_tables()
    started = clock.now()
    until_now, ahead = backups_in(folder, started)
    if not (until_now or ahead):
        fail(f"There is no backup in {folder}.")
    say_ahead(ahead)
    file = (until_now or ahead)[0]
    opening = ask_opening(file, identity)
    try:
        done = _tried(file, opening)
    except BackupFailed as error:
        note(DRILL, started, is_done=False, says=NOT_RESTORED)
        click.echo(f"{file.name} could not be restored: {error}.", err=True)
        sys.exit(1)
    note(DRILL, started, is_done=True, says=on_trial(what_was_restored(done)))
    click.echo(f"{file.name} can be restored: {what_was_restored(done)}")


def _tried(file: Path, opening: Opening) -> Restored:
    """Restore a backup beside the clinic, for its owner alone, and remove it."""
    own = clinic()
    db.session.remove()
    is_sqlite = db.engine.dialect.name == "sqlite"
    try:
        with (
            own_folder(own.folder, "drill") as beside,
            nullcontext("") if is_sqlite else own_postgresql(own.url) as url,
        ):
            done = restore_backup(file, Target(beside / "clinic", url, own.files), opening)
    except TROUBLE as error:
        raise BackupFailed(why(error)) from error
    if done.verification is None:
        raise BackupFailed("it was made before the last update of the program; make a new one")
    return done


@click.command("backup-key")
@click.argument("file", type=click.Path(path_type=Path))
def backup_key(file: Path) -> None:
    """Make a private key in a new file, and print the public key for --encrypt-to and BACKUP_KEYS.

    Keep the file away from this machine: whoever has it and a backup reads the backup.
    """
    try:
        click.echo(new_identity(file))
    except FileExistsError:
        fail(f"No key was made: {file} is there already.")
    except OSError as error:
        fail(f"No key was made: {file} cannot be written ({error.strerror}).")


def ask_opening(file: Path, identity: Path | None) -> Opening:
    """Return what opens a backup: the private key, or the passphrase from a prompt. Nothing is asked for a plain one."""
    if identity is not None or not is_encrypted(file):
        return Opening(identity)
    if not takes_a_passphrase(file):
        fail(f"{file.name} is encrypted to a key. Name the file of the private key: --identity FILE.")
    return Opening(passphrase=ask_passphrase(is_new=False))


def ask_passphrase(*, is_new: bool) -> str:
    """Return the passphrase from a prompt or standard input. Other users of the machine can read a command line."""
    if sys.stdin.isatty():
        given = str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new))
    else:
        given = sys.stdin.readline().rstrip("\n")
    if is_new and len(given) < LEAST_CHARACTERS:
        fail(f"A passphrase has at least {LEAST_CHARACTERS} characters.")
    return given
