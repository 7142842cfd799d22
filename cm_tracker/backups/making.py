"""Make one backup of a clinic in a folder, and drop the older ones."""

import re
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from cm_tracker.backups.age import check_public_key, encrypt
from cm_tracker.backups.archive import DATABASES, KEYS, SETTINGS, Manifest, entry_of, pack
from cm_tracker.backups.databases import copy_database, kind_of, url_of
from cm_tracker.backups.failure import BackupFailed, why
from cm_tracker.backups.files import finish, new_file, one_at_a_time

NAME = re.compile(r"cm-\d{4}-\d\d-\d\d-\d{6}\.tar(\.age)?")
# What a run left behind that was killed. Longer than any backup takes.
ABANDONED_SECONDS = 24 * 3600


class Clinic(NamedTuple):
    """What a backup is made of: the database's URL as its owner, the instance folder, and its settings and keys.

    `files` has those that are there, by the name that they have in a backup.
    """

    url: str
    folder: Path
    files: Mapping[str, Path]


class Protection(NamedTuple):
    """How a backup is encrypted: to public keys, with a passphrase, or not at all."""

    public_keys: Sequence[str] = ()
    passphrase: str | None = None

    @property
    def is_on(self) -> bool:
        """Whether the file is encrypted."""
        return bool(self.public_keys) or self.passphrase is not None


class Made(NamedTuple):
    """A backup that was made, and how many older ones were dropped."""

    path: Path
    manifest: Manifest
    dropped: int


def clinic_of(url: str, folder: Path, settings: Mapping[str, Any], data_key: Path) -> Clinic:
    """Return what a backup of an installation is made of: settings may say that a key lies elsewhere."""
    checkpoint_key = folder / (settings["CHECKPOINT_KEY_FILE"] or "checkpoint.key")
    places = {
        SETTINGS: folder / SETTINGS,
        "data.key": data_key,
        "checkpoint.key": checkpoint_key,
        "secrets.key": folder / "secrets.key",
        "former.keys": checkpoint_key.with_name("former.keys"),
    }
    return Clinic(url, folder, {name: path for name, path in places.items() if path.exists()})


def backups_in(folder: Path) -> list[Path]:
    """Return the backups of a folder, the newest first."""
    return sorted(
        (path for path in folder.iterdir() if NAME.fullmatch(path.name)), key=lambda one: one.name, reverse=True
    )


def make_backup(
    clinic: Clinic,
    folder: Path,
    *,
    protection: Protection,
    with_keys: bool,
    keep: int | None,
    version: str,
    now: datetime,
) -> Made:
    """Write a new backup into a folder, then drop all but the newest `keep` of it. The clinic may go on working.

    Without `with_keys` the settings and the keys are left out. Raise `BackupFailed`, and leave nothing behind.
    """
    for key in protection.public_keys:
        check_public_key(key)
    try:
        with one_at_a_time(clinic.folder):
            _forget_abandoned(folder)
            path = folder / f"cm-{now.astimezone(UTC):%Y-%m-%d-%H%M%S}.tar{'.age' if protection.is_on else ''}"
            partial = path.with_name(f".{path.name}.partial")
            new_file(partial)
            try:
                manifest = _write(clinic, partial, protection, with_keys=with_keys, version=version, now=now)
                finish(partial, path)
            finally:
                with suppress(OSError):
                    partial.unlink(missing_ok=True)
            older = backups_in(folder)[keep:] if keep else []
            for one in older:
                one.unlink()
    except FileExistsError as error:
        raise BackupFailed(f"{Path(str(error.filename or error)).name} is there already") from error
    except (OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        raise BackupFailed(why(error)) from error
    return Made(path, manifest, len(older))


def _write(
    clinic: Clinic, partial: Path, protection: Protection, *, with_keys: bool, version: str, now: datetime
) -> Manifest:
    kind = kind_of(clinic.url)
    # What is not encrypted yet stays where the database is, and never reaches the folder of backups.
    beside = Path(str(url_of(clinic.url).database)).parent if kind == "sqlite" else clinic.folder
    with tempfile.TemporaryDirectory(dir=beside, prefix=".backup-") as own:
        copy = Path(own) / DATABASES[kind]
        facts = copy_database(clinic.url, copy)
        files = {DATABASES[kind]: copy, **(clinic.files if with_keys else {})}
        manifest = Manifest(
            version=version,
            migration=facts.migration,
            database=kind,
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            records=facts.records,
            head=facts.head,
            needed=tuple(name for name in (SETTINGS, *KEYS) if name in clinic.files),
            files=tuple(entry_of(name, path) for name, path in files.items()),
        )
        if not protection.is_on:
            pack(partial, manifest, files, now)
        else:
            plain = Path(own) / "plain"
            new_file(plain)
            pack(plain, manifest, files, now)
            copy.unlink()
            encrypt(plain, partial, protection.public_keys, protection.passphrase)
    return manifest


def _forget_abandoned(folder: Path) -> None:
    for path in folder.glob(".cm-*.partial*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                path.unlink()
