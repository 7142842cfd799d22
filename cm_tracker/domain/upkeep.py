"""What keeps an installation well: its tasks by name, when one is late, and in words what came of one.

The words name nobody and no path: they stand on a page that everybody sees who looks after the installation.
"""

from datetime import UTC, datetime, timedelta

from cm_tracker.domain.phrases import Phrase, joined, phrase, phrases

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


def copied(records: int, files: int, dropped: int) -> Phrase:
    """Return what a backup holds: records, files of settings and keys; and how many older ones were dropped."""
    parts = [
        phrases("%(n)s record was copied.", "%(n)s records were copied.", records),
        phrases("%(n)s file of settings and keys was, too.", "%(n)s files of settings and keys were, too.", files)
        if files
        else phrase("Settings and keys were not."),
    ]
    if dropped:
        parts.append(phrases("%(n)s older backup was dropped.", "%(n)s older backups were dropped.", dropped))
    return joined(parts, " ")


def restored(records: int, made_at: datetime, level: int | None, findings: int) -> Phrase:
    """Return what a restored clinic holds, and whether it holds at a level of verification; None: it was not verified."""
    time = f"{made_at.astimezone(UTC):%Y-%m-%d %H:%M}"
    parts = [phrases("%(n)s record of %(time)s UTC.", "%(n)s records of %(time)s UTC.", records, time=time)]
    if level is None:
        parts.append(phrase("It was not verified."))
    elif findings:
        parts.append(
            phrases(
                "Verified at level %(level)s: %(n)s finding.",
                "Verified at level %(level)s: %(n)s findings.",
                findings,
                level=level,
            )
        )
    else:
        parts.append(phrase("Verified at level %(level)s: no findings.", level=level))
    return joined(parts, " ")


def verified(records: int, findings: int) -> Phrase:
    """Return what a verification of all levels found."""
    parts = [phrases("%(n)s record was verified.", "%(n)s records were verified.", records)]
    parts.append(phrases("%(n)s finding.", "%(n)s findings.", findings) if findings else phrase("No findings."))
    return joined(parts, " ")


def updated(before: str, after: str, *, is_good: bool) -> Phrase:
    """Return from which migration to which one an update went, and whether the ledger verified after it."""
    result = phrase("The ledger verified.") if is_good else phrase("The ledger does not verify.")
    return joined([phrase("From migration %(before)s to %(after)s.", before=before, after=after), result], " ")


def no_backup(why: str) -> Phrase:
    """Return that there is no backup; `why` is the English message of the command."""
    return phrase("There is no backup: %(why)s.", why=why)


def broke_off(kind: str) -> Phrase:
    """Return that a task broke off by a fault of this kind."""
    return phrase("It broke off (%(kind)s).", kind=kind)


def expired(clients: int) -> Phrase:
    """Return of how many clients points expired."""
    return phrases("Points of %(n)s client expired.", "Points of %(n)s clients expired.", clients)


def removed(files: int) -> Phrase:
    """Return how many imported files were removed."""
    return phrases("%(n)s imported file was removed.", "%(n)s imported files were removed.", files)


def signed(records: int) -> Phrase:
    """Return over how many records a checkpoint was signed."""
    return phrases("A checkpoint over %(n)s record was signed.", "A checkpoint over %(n)s records was signed.", records)


LEFT_OUT = phrase("Left out, because the ledger was not verified.")
REFUSED = phrase("The program refused it; its message was printed.")
BEFORE_UPDATE = phrase("A backup was made before an update.")
NOT_RESTORED = phrase("The newest backup could not be restored.")


def on_trial(what: Phrase) -> Phrase:
    """Return that a backup was restored on trial, with what `restored` says."""
    return joined([phrase("Restored on trial:"), what], " ")
