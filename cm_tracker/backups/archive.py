"""The file of a backup: a tar with a manifest first, which says what else is in it, and how to know that it is whole."""

import json
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from cm_tracker.backups.failure import BackupFailed
from cm_tracker.backups.files import digest

FORMAT = "cm-tracker backup 1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}
SETTINGS = "settings.env"
KEYS = ("data.key", "checkpoint.key", "secrets.key", "former.keys")
MOST_MANIFEST_BYTES = 1 << 20
BROKEN = "the file is no backup of this program, or is cut short or changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a backup: its name, its size in bytes, and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    `version` is the program's, `migration` the database's, `database` its kind. `head` is the hash of the newest of the
    `records` that are sealed. `needed` names the settings and keys that the clinic had, whether or not they are in it.
    """

    version: str
    migration: str
    database: str
    made_at: str
    records: int
    head: str
    needed: tuple[str, ...]
    files: tuple[Entry, ...]

    @property
    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"


def entry_of(name: str, path: Path) -> Entry:
    """Return the entry of a file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        return Entry(name, size, digest(file, size))


def pack(target: Path, manifest: Manifest, files: Mapping[str, Path], made_at: datetime) -> None:
    """Write a backup into a file that is there: the manifest, then its files in their order. Raise `OSError`."""
    described = target.with_name(f"{target.name}.json")
    try:
        described.touch(0o600)
        described.write_text(manifest.text, encoding="utf-8")
        with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as tar:
            for name, path in ((MANIFEST, described), *((one.name, files[one.name]) for one in manifest.files)):
                with path.open("rb") as file:
                    about = tarfile.TarInfo(name)
                    about.size, about.mode, about.mtime = path.stat().st_size, 0o600, int(made_at.timestamp())
                    tar.addfile(about, file)
    finally:
        described.unlink(missing_ok=True)


def check(path: Path) -> Manifest:
    """Return the manifest of a backup after comparing every file with it. Raise `BackupFailed`: nothing is written."""
    try:
        with tarfile.open(path, "r:") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST or first.size > MOST_MANIFEST_BYTES:
                raise BackupFailed(BROKEN)
            manifest = _manifest(_bytes(tar, first))
            for entry in manifest.files:
                member = tar.next()
                if member is None or not member.isreg() or (member.name, member.size) != (entry.name, entry.size):
                    raise BackupFailed(BROKEN)
                file = tar.extractfile(member)
                if file is None or digest(file, entry.size) != entry.sha256:
                    raise BackupFailed(BROKEN)
            if tar.next() is not None:
                raise BackupFailed(BROKEN)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BackupFailed(BROKEN) from error
    return manifest


def extract(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write the files of a backup that was checked into a folder, for their owner alone."""
    with tarfile.open(path, "r:") as tar:
        for entry in manifest.files:
            file = tar.extractfile(entry.name)
            assert file is not None, "the backup was checked"
            target = folder / entry.name
            target.touch(0o600)
            with target.open("wb") as out:
                while chunk := file.read(1 << 20):
                    out.write(chunk)


def _bytes(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    if file is None:
        raise BackupFailed(BROKEN)
    return file.read()


def _manifest(stored: bytes) -> Manifest:
    read = json.loads(stored)
    if read.pop("format") != FORMAT:
        raise BackupFailed("the backup has another form than this version of the program knows")
    files = tuple(Entry(**one) for one in read.pop("files"))
    manifest = Manifest(**{**read, "needed": tuple(read["needed"])}, files=files)
    names = [entry.name for entry in files]
    known = {DATABASES[manifest.database], SETTINGS, *KEYS}
    if names[:1] != [DATABASES[manifest.database]] or len(set(names)) != len(names) or not set(names) <= known:
        raise BackupFailed(BROKEN)
    if not set(manifest.needed) <= {SETTINGS, *KEYS}:
        raise BackupFailed(BROKEN)
    return manifest
