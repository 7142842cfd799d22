"""What root makes in a clinic's folder belongs to the folder's owner, who runs the program and has to read it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = 0


@contextmanager
def of_the_folders_owner(folder: Path) -> Iterator[None]:
    """Give what the block makes or replaces in a folder to the folder's owner. Only root can, and only root has to."""
    before = {inode for _, _, inode in _of_root(folder)}
    try:
        yield
    finally:
        for name, within, inode in _of_root(folder):
            if inode not in before:
                owner = folder.stat()
                with suppress(FileNotFoundError):
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=within, follow_symlinks=False)


def _of_root(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Return what belongs to root in a folder: its name, its open folder, and its inode. None for any other account.

    The folder's owner may put a link in the way at any moment. So nothing is named by its path, and what has a second name,
    which may lie outside the folder, is left out.
    """
    if os.geteuid() != ROOT or not folder.is_dir():
        return
    for _, folders, files, within in os.fwalk(folder, follow_symlinks=False):
        for name in (*folders, *files):
            with suppress(FileNotFoundError):  # a server at work makes files and removes them
                status = os.stat(name, dir_fd=within, follow_symlinks=False)
                has_one_name = stat.S_ISDIR(status.st_mode) or status.st_nlink == 1
                if status.st_uid == ROOT and has_one_name:
                    yield name, within, status.st_ino
