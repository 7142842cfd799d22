"""Parsing published schedule documents."""

from datetime import date
from functools import lru_cache
from json import loads

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.approval import check_in_force
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.models import ScheduleRow, ScheduleVersion


@lru_cache(maxsize=256)
def schedule_of(document: str) -> Schedule:
    """Return the schedule of a published document. The text never changes, so it is parsed once and cached."""
    return parse(loads(document))


def published_version(session: Session, version_id: int) -> tuple[Schedule, date | None]:
    """Return a published version and the first day on which it takes enrollments, by its id. Raise `NotFound`."""
    row = session.execute(
        select(ScheduleVersion.document, ScheduleVersion.starts_on).where(ScheduleVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound(what="schedule version")
    return schedule_of(row.document), row.starts_on


def usable_schedule(session: Session, version_id: int, today: date) -> Schedule:
    """Return a published version for an enrollment. Raise `NotFound`, and `VersionNotYet` before its first day."""
    schedule, starts_on = published_version(session, version_id)
    check_in_force(schedule, starts_on, today)
    return schedule


def in_force(today: date) -> ColumnElement[bool]:
    """Return the condition that a version takes enrollments today."""
    return or_(ScheduleVersion.starts_on.is_(None), ScheduleVersion.starts_on <= today)


def schedule_name() -> ColumnElement[str]:
    """Return the column with what a schedule is called: the name that a lead gave it, or that of its first version."""
    return func.coalesce(ScheduleRow.renamed_to, ScheduleRow.name)


def version_name() -> ColumnElement[str]:
    """Return the column with what a version is called.

    That is the name of its schedule, if it was renamed since; else the name in its document.
    """
    return case(
        (ScheduleRow.renamed_at >= ScheduleVersion.recorded_at, ScheduleRow.renamed_to),
        else_=func.coalesce(ScheduleVersion.name, ScheduleRow.name),
    )


def schedule_called(session: Session, name: str) -> int | None:
    """Return the id of the schedule that has a name, or of which a version was approved under it; None without one.

    No two schedules share a name.
    """
    rows = session.execute(
        select(ScheduleRow.id)
        .where(or_(ScheduleRow.name == name, ScheduleRow.renamed_to == name))
        .union(select(ScheduleVersion.schedule_id).where(ScheduleVersion.name == name))
    )
    return rows.scalars().first()
