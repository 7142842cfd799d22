"""Make one backup of a clinic in a folder, and drop the older ones."""

import re
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from cm_tracker.backups.age import check_public_key, encrypt
from cm_tracker.backups.archive import DATABASES, KEYS, SETTINGS, Manifest, entry_of, pack
from cm_tracker.backups.databases import copy_database, kind_of, url_of
from cm_tracker.backups.failure import TROUBLE, BackupFailed, why
from cm_tracker.backups.files import finish, new_file, one_at_a_time, own_folder, remove_abandoned

NAME = re.compile(r"cm-\d{4}-\d\d-\d\d-\d{6}\.tar(\.age)?")
# What a run left behind that was killed. Longer than any backup takes.
ABANDONED_SECONDS = 24 * 3600


class Clinic(NamedTuple):
    """What a backup is made of: the database's URL as its owner, the instance folder, and its settings and keys.

    `places` says where they may lie, by the name that they have in a backup.
    """

    url: str
    folder: Path
    places: Mapping[str, Path]

    @property
    def files(self) -> dict[str, Path]:
        """Those of the settings and keys that are there now."""
        return {name: path for name, path in self.places.items() if path.exists()}

    @property
    def beside(self) -> Path:
        """The folder where the database is, or of the clinic where a server has the database."""
        return Path(str(url_of(self.url).database)).parent if kind_of(self.url) == "sqlite" else self.folder


class Protection(NamedTuple):
    """How a backup is encrypted: to public keys, with a passphrase, or not at all."""

    public_keys: Sequence[str] = ()
    passphrase: str | None = None

    @property
    def is_on(self) -> bool:
        """Whether the file is encrypted."""
        return bool(self.public_keys) or self.passphrase is not None


class Found(NamedTuple):
    """The backups of a folder, the newest first: those whose names are of now or before, and those that are dated later.

    The latter were made while a clock was wrong, or it is wrong now.
    """

    until_now: Sequence[Path]
    ahead: Sequence[Path]


class Made(NamedTuple):
    """A backup that was made, how many older ones were dropped, and those that are dated later than it."""

    path: Path
    manifest: Manifest
    dropped: int
    ahead: Sequence[Path]


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
    return Clinic(url, folder, places)


def backups_in(folder: Path, now: datetime) -> Found:
    """Return the backups of a folder by the times in their names. A copy of a file may have any time of its own."""
    names = sorted((path.name for path in folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)
    ahead = sum(name.partition(".")[0] > _stem(now) for name in names)
    paths = [folder / name for name in names]
    return Found(paths[ahead:], paths[:ahead])


def _stem(now: datetime) -> str:
    return f"cm-{now.astimezone(UTC):%Y-%m-%d-%H%M%S}"


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
    """Write a new backup into a folder, then drop all but it and the newest before it, `keep` in all.

    The clinic may go on working. What is dated later than the new one is never dropped. Without `with_keys` the settings
    and the keys are left out. Raise `BackupFailed`, and leave nothing behind.
    """
    for key in protection.public_keys:
        check_public_key(key)
    try:
        with one_at_a_time(clinic.folder):
            _forget_abandoned(clinic, folder)
            path = folder / f"{_stem(now)}.tar{'.age' if protection.is_on else ''}"
            partial = path.with_name(f".{path.name}.partial")
            new_file(partial)
            try:
                manifest = _write(clinic, partial, protection, with_keys=with_keys, version=version, now=now)
                finish(partial, path)
            finally:
                with suppress(OSError):
                    partial.unlink(missing_ok=True)
            found = backups_in(folder, now)
            older = [one for one in found.until_now if one != path][keep - 1 :] if keep else []
            for one in older:
                one.unlink(missing_ok=True)
    except FileExistsError as error:
        raise BackupFailed(f"{Path(str(error.filename or error)).name} is there already") from error
    except TROUBLE as error:
        raise BackupFailed(why(error)) from error
    return Made(path, manifest, len(older), found.ahead)


def _write(
    clinic: Clinic, partial: Path, protection: Protection, *, with_keys: bool, version: str, now: datetime
) -> Manifest:
    kind = kind_of(clinic.url)
    # What is not encrypted yet stays where the database is, and never reaches the folder of backups.
    with own_folder(clinic.beside, "backup") as own:
        keys_before = _data_keys(clinic)
        copy = own / DATABASES[kind]
        facts = copy_database(clinic.url, copy)
        # The clinic goes on: what was made meanwhile belongs to it, and what is copied here changes no more.
        needed = clinic.files
        files = {DATABASES[kind]: copy, **(_copied(needed, own) if with_keys else {})}
        if not keys_before <= _data_keys(clinic):
            raise BackupFailed("a key was dropped while the database was copied, which may need it; make it again")
        manifest = Manifest(
            version=version,
            migration=facts.migration,
            database=kind,
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            records=facts.records,
            head=facts.head,
            needed=tuple(name for name in (SETTINGS, *KEYS) if name in needed),
            files=tuple(entry_of(name, path) for name, path in files.items()),
        )
        if not protection.is_on:
            pack(partial, manifest, files, now)
        else:
            plain = own / "plain"
            new_file(plain)
            pack(plain, manifest, files, now)
            copy.unlink()
            encrypt(plain, partial, protection.public_keys, protection.passphrase)
    return manifest


def _data_keys(clinic: Clinic) -> set[bytes]:
    path = clinic.places["data.key"]
    return set(path.read_bytes().split()) if path.exists() else set()


def _copied(files: Mapping[str, Path], own: Path) -> dict[str, Path]:
    """Copy settings and keys into a folder. Return the copies by their names."""
    for name, path in files.items():
        shutil.copyfile(path, own / name)
    return {name: own / name for name in files}


def _forget_abandoned(clinic: Clinic, folder: Path) -> None:
    for place in {clinic.folder, clinic.beside}:
        remove_abandoned(place)
    for path in folder.glob(".cm-*.partial*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                path.unlink()
