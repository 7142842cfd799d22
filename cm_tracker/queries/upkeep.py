"""What was done to keep the installation well, and what failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.upkeep import BACKUP, TASKS
from cm_tracker.models import Upkeep
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class UpkeepLine:
    """A task that was carried out (`is_done`) or failed, by which version, and an English sentence of what came of it."""

    task: str
    started_at: datetime
    ended_at: datetime
    is_done: bool
    says: str
    version: str


def newest_upkeep(session: Session) -> Mapping[str, UpkeepLine]:
    """Return the newest line of each task that was ever carried out or failed, by the name of the task."""
    newest = [select(func.max(Upkeep.id)).where(Upkeep.task == task).scalar_subquery() for task in TASKS]
    lines = select(Upkeep.task, Upkeep.started_at, Upkeep.ended_at, Upkeep.is_done, Upkeep.says, Upkeep.version).where(
        Upkeep.id.in_(newest)
    )
    return {row.task: view_of(UpkeepLine, row) for row in session.execute(lines)}


def failed_upkeep(session: Session) -> tuple[UpkeepLine, ...]:
    """Return the tasks that failed the last time they were tried, in the order of `domain.upkeep.TASKS`."""
    newest = newest_upkeep(session)
    return tuple(newest[task] for task in TASKS if task in newest and not newest[task].is_done)


def last_backup_at(session: Session) -> datetime | None:
    """Return when the last backup that was whole ended, or None before the first one."""
    newest = select(Upkeep.ended_at).where(Upkeep.task == BACKUP, Upkeep.is_done).order_by(Upkeep.id.desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()
