"""Words for the installation's upkeep that failed: one sentence for each task."""

from cm_tracker.domain import upkeep
from cm_tracker.i18n import gettext, marked

_FAILED = {
    upkeep.BACKUP: marked("The backup failed on %(time)s."),
    upkeep.DRILL: marked("A backup could not be restored on trial on %(time)s."),
    upkeep.VERIFY: marked("The nightly verification failed on %(time)s."),
    upkeep.EXPIRY: marked("The points that were due on %(time)s did not expire."),
    upkeep.CHECKPOINT: marked("No checkpoint was signed on %(time)s."),
    upkeep.UPGRADE: marked("After the update on %(time)s, the ledger did not verify."),
}


def failed(task: str, time: str) -> str:
    """Return the sentence that says that a task failed; `time` is the text of when."""
    return gettext(_FAILED[task], time=time)
