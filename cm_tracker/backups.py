"""Copies of the database while it is in use, and their encryption in the form of age (https://age-encryption.org).

What is copied holds results and points in plain text, and names and notes encrypted with `data.key`, which is never part of
it. Every file is its owner's alone. `age` and every other program that knows the form can open an encrypted one.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pyrage  # type: ignore[import-untyped]  # it brings no types
from sqlalchemy import URL, make_url


class BackupFailed(Exception):
    """A backup could not be made or opened; the message says why."""


def database_url(text: str) -> URL:
    """Return the parts of the URL of a database."""
    return make_url(text)


def copy_database(url: URL, target: Path) -> None:
    """Write a whole copy of a database into a new file: SQLite's own, or the custom format of `pg_dump`.

    Raise `BackupFailed`, and leave no part of a copy.
    """
    _make(target)
    try:
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(str(url.database), target)
        else:
            _dump_postgresql(url, target)
    except (sqlite3.Error, OSError, subprocess.CalledProcessError) as error:
        target.unlink()
        said = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise BackupFailed(said) from error


def _copy_sqlite(database: str, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        # Beside a copy lie no other files.
        copy.execute("PRAGMA journal_mode = DELETE")
        if copy.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError("the copy is damaged")


def _dump_postgresql(url: URL, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise OSError("pg_dump is not installed (in Debian it is in postgresql-client)")
    # Others on the machine can read a command line, so the password is not in it.
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    address = url.set(drivername="postgresql", password=None).render_as_string()
    with target.open("wb") as file:
        subprocess.run(  # noqa: S603  the program is the administrator's
            [program, "--format=custom", f"--dbname={address}"],
            env=environment, stdout=file, stderr=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip


def new_identity(path: Path) -> str:
    """Write a new private key into a new file. Return its public key, to which backups are encrypted."""
    identity = pyrage.x25519.Identity.generate()
    _make(path)
    path.write_text(f"# public key: {identity.to_public()}\n{identity}\n", encoding="ascii")
    return str(identity.to_public())


def encrypt_to(source: Path, target: Path, public_keys: Sequence[str]) -> None:
    """Encrypt a file so that the private key of any of the public keys opens it. Raise `BackupFailed`."""
    recipients = [_recipient(key) for key in public_keys]
    _make(target)
    try:
        with source.open("rb") as plain, target.open("wb") as file:
            pyrage.encrypt_io(plain, file, recipients)
    except (OSError, pyrage.EncryptError) as error:
        target.unlink()
        raise BackupFailed(str(error)) from error


def encrypt_with_passphrase(source: Path, target: Path, passphrase: str) -> None:
    """Encrypt a file with a passphrase. It is read into memory as a whole. Raise `BackupFailed`."""
    _make(target)
    try:
        target.write_bytes(pyrage.passphrase.encrypt(source.read_bytes(), passphrase))
    except (OSError, pyrage.EncryptError) as error:
        target.unlink()
        raise BackupFailed(str(error)) from error


def decrypt(source: Path, target: Path, identity: Path | None, passphrase: str | None) -> None:
    """Open an encrypted file with a private key or a passphrase. Raise `BackupFailed`, and leave no part of it."""
    _make(target)
    try:
        if identity is not None:
            lines = identity.read_text(encoding="ascii").splitlines()
            keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
            with source.open("rb") as file, target.open("wb") as plain:
                pyrage.decrypt_io(file, plain, keys)
        else:
            target.write_bytes(pyrage.passphrase.decrypt(source.read_bytes(), passphrase or ""))
    except (pyrage.DecryptError, pyrage.IdentityError, OSError, UnicodeDecodeError) as error:
        target.unlink()
        raise BackupFailed(str(error)) from error


def check_public_key(text: str) -> str:
    """Return a public key. Raise `BackupFailed` for any other text."""
    _recipient(text)
    return text


def _recipient(text: str) -> object:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BackupFailed(f"{text!r} is no public key of age ({error})") from error


def _make(path: Path) -> None:
    """Make an empty file that only its owner can read. Raise `BackupFailed` where something is there."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise BackupFailed(f"{path} is there already") from None
    except OSError as error:
        raise BackupFailed(f"{path} cannot be written ({error.strerror})") from error
