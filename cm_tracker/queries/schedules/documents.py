"""Parsing published schedule documents."""

from functools import lru_cache
from json import loads

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.models import ScheduleVersion


@lru_cache(maxsize=256)
def schedule_of(document: str) -> Schedule:
    """Return the schedule of a published document. The text never changes, so it is parsed once and cached."""
    return parse(loads(document))


def published_schedule(session: Session, version_id: int) -> Schedule:
    """Return a published version by its id. Raise `NotFound`."""
    document = session.execute(
        select(ScheduleVersion.document).where(ScheduleVersion.id == version_id)
    ).scalar_one_or_none()
    if document is None:
        raise NotFound(what="schedule version")
    return schedule_of(document)
