"""Files of backups: their owner's alone, whole or not there."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from cm_tracker.backups.failure import BackupFailed
from cm_tracker.key_files import sync

CHUNK = 1 << 20
OWN_FOLDER = re.compile(r"\.cm-[a-z]+-[a-z0-9_]{8}")


def new_file(path: Path) -> None:
    """Make an empty file that only its owner can read. Raise `FileExistsError` where something is there."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def finish(partial: Path, path: Path) -> None:
    """Give a file that is whole its name, so that it survives a power cut from now on.

    Raise `FileExistsError` where there is one of this name. (A stick without links cannot refuse this by itself.)
    """
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    if path.exists():
        raise FileExistsError(path)
    partial.rename(path)
    sync(path.parent)


def digest(file: IO[bytes], size: int) -> str:
    """Return SHA-256 of the next bytes of a file, in hexadecimal."""
    found = sha256()
    while size > 0 and (chunk := file.read(min(CHUNK, size))):
        found.update(chunk)
        size -= len(chunk)
    return found.hexdigest()


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Lock an instance folder for one backup. Raise `BackupFailed` while another one is running.

    The system lets go of the lock when the process ends, however it ends, so no file stays behind.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        raise BackupFailed("another backup of this clinic is running; wait until it has ended") from None
    try:
        yield
    finally:
        os.close(opened)


@contextmanager
def own_folder(beside: Path, task: str) -> Iterator[Path]:
    """Make a folder of a task's own for what is not encrypted, and remove it at the end.

    A task that is killed leaves it behind. It is locked as long as the task lives, by which `remove_abandoned` knows it.
    """
    with tempfile.TemporaryDirectory(dir=beside, prefix=f".cm-{task}-") as name:
        opened = os.open(name, os.O_RDONLY)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield Path(name)
        finally:
            os.close(opened)


def remove_abandoned(beside: Path) -> None:
    """Remove the own folders that tasks left behind which were killed."""
    for path in beside.iterdir():
        if OWN_FOLDER.fullmatch(path.name):
            with suppress(OSError):
                opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path)
                finally:
                    os.close(opened)
