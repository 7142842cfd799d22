"""Parsing published schedule documents."""

from functools import lru_cache
from json import loads

from cm_tracker.domain.schedules.schedule import Schedule, parse


@lru_cache(maxsize=256)
def schedule_of(document: str) -> Schedule:
    """Return the schedule of a published document. The text never changes, so it is parsed once and cached."""
    return parse(loads(document))
