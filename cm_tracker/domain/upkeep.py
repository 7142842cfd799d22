"""What keeps an installation well: its tasks by name, as the table of what was done has them, and when one is late."""

from datetime import datetime, timedelta

BACKUP = "backup"
DRILL = "drill"
VERIFY = "verify"
EXPIRY = "expiry"
CHECKPOINT = "checkpoint"
FILES = "files"
UPGRADE = "upgrade"
TASKS = (BACKUP, DRILL, VERIFY, EXPIRY, FILES, CHECKPOINT, UPGRADE)

# A night that was left out is late by noon of the next day; a month without a drill is late after five weeks.
_LATE = {
    BACKUP: timedelta(hours=36),
    VERIFY: timedelta(hours=36),
    EXPIRY: timedelta(hours=36),
    FILES: timedelta(hours=36),
    CHECKPOINT: timedelta(hours=36),
    DRILL: timedelta(weeks=5),
}


def is_late(task: str, ended_at: datetime, now: datetime) -> bool:
    """Return whether a task, done last at `ended_at`, should have been done again by now. An upgrade is never late."""
    return task in _LATE and now - ended_at > _LATE[task]
