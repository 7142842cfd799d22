"""Words for the installation's upkeep: its tasks, what became of them, and how much room there is."""

from collections.abc import Mapping
from datetime import datetime

from cm_tracker import i18n
from cm_tracker.domain import stored_phrases, upkeep
from cm_tracker.domain.upkeep import is_late
from cm_tracker.i18n import gettext, lazy, marked, number
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.upkeep import UpkeepLine

TASKS: Mapping[str, str] = {
    upkeep.BACKUP: lazy("Backup"),
    upkeep.DRILL: lazy("Trial restore of a backup"),
    upkeep.VERIFY: lazy("Verification"),
    upkeep.EXPIRY: lazy("Expiry of points"),
    upkeep.FILES: lazy("Removal of imported files"),
    upkeep.CHECKPOINT: lazy("Checkpoint"),
    upkeep.UPGRADE: lazy("Update of the program"),
}
DATABASES: Mapping[str, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_MEGABYTE, _GIGABYTE = 10**6, 10**9

_FAILED = {
    upkeep.BACKUP: marked("The backup failed on %(time)s."),
    upkeep.DRILL: marked("A backup could not be restored on trial on %(time)s."),
    upkeep.VERIFY: marked("The nightly verification failed on %(time)s."),
    upkeep.EXPIRY: marked("The points that were due on %(time)s did not expire."),
    upkeep.FILES: marked("Imported files that were due on %(time)s were not removed."),
    upkeep.CHECKPOINT: marked("No checkpoint was signed on %(time)s."),
    upkeep.UPGRADE: marked("After the update on %(time)s, the ledger did not verify."),
}


def failed(task: str, time: str) -> str:
    """Return the sentence that says that a task failed; `time` is the text of when."""
    return gettext(_FAILED[task], time=time)


def said(line: UpkeepLine) -> str:
    """Return what came of a task, in the current language."""
    return stored_phrases.said(line.says, i18n)


def state(line: UpkeepLine | None, now: datetime) -> Tag:
    """Return what became of a task as a tag. None: it was never tried."""
    if line is None:
        return Tag(gettext("never done"))
    if not line.is_done:
        return Tag(gettext("failed"), "warm")
    return (
        Tag(gettext("too long ago"), "warm") if is_late(line.task, line.ended_at, now) else Tag(gettext("done"), "good")
    )


def size(count: int) -> str:
    """Return a number of bytes in megabytes, or in gigabytes from ten of them on."""
    if count >= 10 * _GIGABYTE:
        return gettext("%(number)s GB", number=number(count // _GIGABYTE))
    return gettext("%(number)s MB", number=number(-(-count // _MEGABYTE)))
