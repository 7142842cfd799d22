"""Which version this is. `setup.cfg` says so, and what is installed from it keeps what it said."""

from configparser import ConfigParser
from functools import cache
from importlib.metadata import version
from pathlib import Path

from cm_tracker.config import checkout

NAME = "cm-tracker"


def _read() -> str:
    """Return the version of this program.

    In a checkout the file is right: what was installed from it is as old as the last time somebody ran pip there.
    """
    folder = checkout()
    if folder is None:
        return version(NAME)
    read = ConfigParser()
    read.read(folder / "setup.cfg", encoding="utf-8")
    return read["metadata"]["version"]


VERSION = _read()


@cache
def newest_migration() -> str:
    """Return the number of the newest migration that this program has, four digits. Their files begin with it."""
    versions = Path(__file__).parent / "migrations" / "versions"
    return max(path.name[:4] for path in versions.glob("[0-9]*.py"))
