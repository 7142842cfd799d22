"""What root makes in a clinic's folder belongs to the folder's owner, who runs the program and has to read it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def of_the_folders_owner(folder: Path) -> Iterator[None]:
    """Give what the block makes or replaces in a folder to the folder's owner. Only root can, and only root has to."""
    before = _stamps(folder)
    try:
        yield
    finally:
        if os.geteuid() == 0 and folder.is_dir():
            owner = folder.stat()
            for path, stamp in _stamps(folder).items():
                if before.get(path) != stamp and stamp[0] == 0:
                    with suppress(FileNotFoundError):
                        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return the owner and the inode of everything in a folder: a file that was replaced has another one."""
    if os.geteuid() != 0 or not folder.is_dir():
        return {}
    found = {}
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a server at work makes files and removes them
            status = path.lstat()
            found[path] = (status.st_uid, status.st_ino)
    return found
