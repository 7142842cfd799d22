"""Whether this installation is well, as a program asks that watches it: one word for each check, and nobody's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

OK = "ok"
DOWN = "down"
UNKNOWN = "unknown"
OLDER = "older"
NEWER = "newer"
LOW = "low"
LATE = "late"
FAILED = "failed"
NONE_YET = "none yet"

LEAST_FREE_BYTES = 500 * 2**20
"""With less room than this on a disk, somebody should make some: a clinic's month takes a few megabytes, a backup more."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says about itself.

    `migration` is the number of the newest migration in it. `verification_holds` is whether no verification has findings
    that an admin has yet to look at, and None before the first one. `backup` is the word for the newest backup.
    """

    migration: str
    verification_holds: bool | None
    backup: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a monitor draws over time: counts of the whole program, and ages in seconds. An age is None before the first time.

    `waiting` are the writers that wait for a lock now, and None where the database does not know: SQLite.
    """

    records: int
    verification_holds: bool | None
    verification_age: float | None
    checkpoint_age: float | None
    backup_age: float | None
    days_left_open: int
    import_runs: bool
    waiting: int | None


def checks(facts: Facts | None, *, newest_migration: str, free_bytes: int | None) -> Mapping[str, str]:
    """Return the word of each check, by its name. `facts` are None where the database could not be asked.

    `newest_migration` is the program's, a number of four digits as in `facts`; `free_bytes` is the room on the fullest of
    the disks that the program writes to, None where it cannot be seen.
    """
    return {
        "database": DOWN if facts is None else OK,
        "migration": UNKNOWN if facts is None else _migration(facts.migration, newest_migration),
        "verification": UNKNOWN if facts is None else _verification(facts.verification_holds),
        "backup": UNKNOWN if facts is None else facts.backup,
        "disk": _disk(free_bytes),
    }


def is_ready(found: Mapping[str, str]) -> bool:
    """Return whether every check is passed. A clinic that was never verified or backed up is a new one, and passes."""
    return all(word in (OK, NONE_YET) for word in found.values())


@dataclass(frozen=True, slots=True)
class Growth:
    """How many records were sealed at an earlier moment."""

    at: datetime
    records: int


def days_left(free_bytes: int, database_bytes: int, records: int, before: Growth | None, now: datetime) -> int | None:
    """Return for how many days the room on a disk lasts if the database goes on growing as it did since `before`.

    A record takes as much room as those before it did on average. Return None where that is not known yet: before a day
    has passed, or where nothing was added.
    """
    if before is None or now - before.at < timedelta(days=1) or records <= before.records:
        return None
    seconds = int((now - before.at).total_seconds())
    # free / (bytes of a record * records of a day)
    return free_bytes * records * seconds // (max(database_bytes, 1) * (records - before.records) * 86_400)


def _migration(there: str, newest: str) -> str:
    if there == newest:
        return OK
    return OLDER if there < newest else NEWER


def _disk(free_bytes: int | None) -> str:
    if free_bytes is None:
        return UNKNOWN
    return OK if free_bytes >= LEAST_FREE_BYTES else LOW


def _verification(holds: bool | None) -> str:
    if holds is None:
        return NONE_YET
    return OK if holds else FAILED
