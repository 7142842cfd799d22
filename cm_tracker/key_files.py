"""Files of keys: each is whole and on the disk, or not there. A key that a power cut takes away cannot be made again."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def make_key(path: Path, content: bytes) -> None:
    """Make a file that only its owner can read, and its folder. Where the file is there already, leave it as it is."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    temporary = Path(name)
    try:
        _write(opened, content)
        with suppress(FileExistsError):  # another process was faster, and its key is used
            os.link(temporary, path)  # creates the whole file or none, and never replaces a key
    finally:
        temporary.unlink()
    sync(path.parent)


def replace_key(path: Path, temporary: Path, content: bytes) -> None:
    """Replace a file by way of another one beside it. Whoever may read it now may read it all the time.

    Root may run this while the program runs as another account: the new file has the owner, the group and the mode of
    the old one before it takes its place.
    """
    old = path.stat()
    _write(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), content)
    os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(stat.S_IMODE(old.st_mode))
    temporary.replace(path)
    sync(path.parent)


def append_line(path: Path, line: str) -> None:
    """Append a line to a file, which is made for its owner alone where it is not there."""
    _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), f"{line}\n".encode())
    sync(path.parent)


def sync(folder: Path) -> None:
    """Write the names of a folder's files to the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        # Some network disks know no such thing.
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)


def _write(opened: int, content: bytes) -> None:
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
