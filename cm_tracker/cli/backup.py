"""`cm-tracker backup`: copies of the database, encrypted on request."""

import sys
import tempfile
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from cm_tracker import clock
from cm_tracker.backups import (
    BackupFailed,
    check_public_key,
    copy_database,
    database_url,
    decrypt,
    encrypt_to,
    encrypt_with_passphrase,
    new_identity,
)
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.db import db

LEAST_CHARACTERS = 12


@click.group(cls=AppGroup)
def backup() -> None:
    """Copy the database while the clinic works, and open such a copy."""


@backup.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--encrypt-to", "public_keys", multiple=True, metavar="age1…", help="A public key; may be repeated.")
@click.option("--passphrase", "by_passphrase", is_flag=True, help="Encrypt with a passphrase; it asks for it.")
def make(folder: Path, public_keys: tuple[str, ...], by_passphrase: bool) -> None:
    """Write a copy of the database into a folder, as a new file that only you can read.

    The keys and the settings are not in it. Without an option it is not encrypted.
    """
    need_tables()
    db.session.remove()
    url = database_url(current_app.config["OWNER_DATABASE_URL"] or current_app.config["DATABASE_URL"])
    is_sqlite = url.get_backend_name() == "sqlite"
    target = folder / f"cm-{clock.now():%Y-%m-%d-%H%M%S}.{'db' if is_sqlite else 'dump'}"
    try:
        if not (public_keys or by_passphrase):
            copy_database(url, target)
        else:
            for key in public_keys:
                check_public_key(key)
            passphrase = _ask_passphrase(is_new=True) if by_passphrase else None
            target = target.with_name(f"{target.name}.age")
            # What is not encrypted yet stays where the database is, and never reaches the folder of backups.
            beside = Path(str(url.database)).parent if is_sqlite else Path(current_app.instance_path)
            with tempfile.TemporaryDirectory(dir=beside, prefix="backup-") as own:
                plain = Path(own) / "copy"
                copy_database(url, plain)
                if passphrase is None:
                    encrypt_to(plain, target, public_keys)
                else:
                    encrypt_with_passphrase(plain, target, passphrase)
    except BackupFailed as error:
        fail(f"There is no backup: {error}.")
    click.echo(target)


@backup.command("open")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--identity", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="The file of the private key."
)
def open_(file: Path, target: Path, identity: Path | None) -> None:
    """Decrypt a backup into a new file. Without --identity it asks for the passphrase."""
    try:
        decrypt(file, target, identity, None if identity else _ask_passphrase(is_new=False))
    except BackupFailed as error:
        fail(f"It was not opened: {error}.")
    click.echo(target)


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make a private key in a new file, and print the public key for --encrypt-to.

    Keep the file away from this machine: whoever has it and a backup reads the backup.
    """
    try:
        click.echo(new_identity(file))
    except BackupFailed as error:
        fail(f"No key was made: {error}.")


def _ask_passphrase(*, is_new: bool) -> str:
    """Return the passphrase from a prompt or standard input. Other users of the machine can read a command line."""
    if sys.stdin.isatty():
        given = str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new))
    else:
        given = sys.stdin.readline().rstrip("\n")
    if is_new and len(given) < LEAST_CHARACTERS:
        fail(f"A passphrase has at least {LEAST_CHARACTERS} characters.")
    return given
