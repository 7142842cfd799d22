"""Published documents as schedules."""

from functools import lru_cache
from json import loads

from cm_tracker.domain.schedules.schedule import Schedule, parse


@lru_cache(maxsize=256)
def schedule_of(document: str) -> Schedule:
    """The schedule of a published document; a published text never changes, so it is parsed once."""
    return parse(loads(document))
