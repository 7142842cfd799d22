"""Which version an enrollment follows on a day, as a column of a statement.

An enrollment begins with one version, and a move takes it to another from a day on. `domain/clients/events.version_on`
says the same of one enrollment; a statement about many cannot read the events of each.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from cm_tracker.domain.clients.events import COUNTS, END, MISTAKE, MOVE
from cm_tracker.models import Enrollment, EnrollmentEventRow


def followed_version(day: date | ColumnElement[date]) -> ColumnElement[int]:
    """Return the id of the version that holds for `Enrollment` on a day."""
    event = aliased(EnrollmentEventRow)
    moved_to = (
        select(event.schedule_version_id)
        .where(*_counts(event, MOVE), event.from_day <= day)
        .order_by(event.from_day.desc(), event.id.desc())
        .limit(1)
        .correlate(Enrollment)
        .scalar_subquery()
    )
    return func.coalesce(moved_to, Enrollment.schedule_version_id)


def ever_followed(version_ids: Select[int]) -> ColumnElement[bool]:
    """Return the condition that `Enrollment` began with one of some versions or was moved to one."""
    event = aliased(EnrollmentEventRow)
    return or_(
        Enrollment.schedule_version_id.in_(version_ids),
        exists().where(*_counts(event, MOVE), event.schedule_version_id.in_(version_ids)).correlate(Enrollment),
    )


def has_ended() -> ColumnElement[bool]:
    """Return the condition that somebody ended `Enrollment`."""
    return exists().where(*_counts(aliased(EnrollmentEventRow), END)).correlate(Enrollment)


def has_ended_before(day: date) -> ColumnElement[bool]:
    """Return the condition that somebody ended `Enrollment` with a last day before a day."""
    event = aliased(EnrollmentEventRow)
    return exists().where(*_counts(event, END), event.from_day < day).correlate(Enrollment)


def is_mistake() -> ColumnElement[bool]:
    """Return the condition that `Enrollment` was entered by mistake."""
    event = aliased(EnrollmentEventRow)
    return exists().where(*_counts(event, END), event.reason == MISTAKE).correlate(Enrollment)


def _counts(event: Any, kind: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an event is the newest record of its kind that counts for `Enrollment`."""
    newer = aliased(EnrollmentEventRow)
    return (
        event.enrollment_id == Enrollment.id,
        event.kind == kind,
        event.state == COUNTS,
        ~exists().where(newer.replaces_id == event.id),
    )
