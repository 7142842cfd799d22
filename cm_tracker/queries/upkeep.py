"""What was done to keep the installation well, and what failed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain import stored_phrases
from cm_tracker.domain.upkeep import BACKUP, TASKS, VERIFY, verified
from cm_tracker.models import LedgerCheck, Upkeep
from cm_tracker.queries.ledger.verify import LEVELS
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class UpkeepLine:
    """A task that was carried out (`is_done`) or failed, by which version, and in a phrase what came of it."""

    task: str
    started_at: datetime
    ended_at: datetime
    is_done: bool
    says: str
    version: str


def newest_upkeep(session: Session) -> Mapping[str, UpkeepLine]:
    """Return the newest line of each task that was ever carried out or failed, by the name of the task.

    A verification of all levels that somebody ran on the page counts like one of the night.
    """
    newest = [select(func.max(Upkeep.id)).where(Upkeep.task == task).scalar_subquery() for task in TASKS]
    lines = select(Upkeep.task, Upkeep.started_at, Upkeep.ended_at, Upkeep.is_done, Upkeep.says, Upkeep.version).where(
        Upkeep.id.in_(newest)
    )
    found = {row.task: view_of(UpkeepLine, row, says=_read(row.says)) for row in session.execute(lines)}
    check = _newest_whole_check(session)
    if check is not None and (VERIFY not in found or found[VERIFY].ended_at < check.ended_at):
        found[VERIFY] = check
    return found


def _newest_whole_check(session: Session) -> UpkeepLine | None:
    """Return the newest verification of all levels."""
    row = session.execute(
        select(LedgerCheck.ended_at, LedgerCheck.size, LedgerCheck.findings)
        .where(LedgerCheck.level == max(LEVELS))
        .order_by(LedgerCheck.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    says = verified(row.size, row.findings)
    return UpkeepLine(VERIFY, row.ended_at, row.ended_at, row.findings == 0, says, "")


def _read(says: str) -> str:
    """Return the phrase that was stored. Before migration 0065 it was a sentence in English, without a brace."""
    return stored_phrases.read(json.loads(says)) if says.startswith("{") else says


def failed_upkeep(session: Session) -> tuple[UpkeepLine, ...]:
    """Return the tasks that failed the last time they were tried, in the order of `domain.upkeep.TASKS`."""
    newest = newest_upkeep(session)
    return tuple(newest[task] for task in TASKS if task in newest and not newest[task].is_done)


def last_backup_at(session: Session) -> datetime | None:
    """Return when the last backup that was whole ended, or None before the first one."""
    newest = select(Upkeep.ended_at).where(Upkeep.task == BACKUP, Upkeep.is_done).order_by(Upkeep.id.desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()
