"""Recovery after a reset: whether the client reached the level again that the reset took away, and after how many visits.

A reset is a visit that left the ladder lower than it found it. It is recovered from when a later visit of the same track
meets the target at that level or a higher one, whether by climbing or because the schedule restored the level. The visits
are counted from the one after the reset up to and including that one. (domain.md section 4.)
"""

from collections.abc import Iterable
from typing import NamedTuple

from cm_tracker.domain.measures.ladders import Step
from cm_tracker.domain.schedules.outcomes import MET


class Reset(NamedTuple):
    """A reset: the visit, its level before, and how many visits later it was reached again, None if never."""

    visit_id: int
    level: int
    visits: int | None


def resets_of(steps: Iterable[Step]) -> tuple[Reset, ...]:
    """Return the resets of a course, in the order of their visits."""
    by_track: dict[str, list[Step]] = {}
    for step in steps:
        by_track.setdefault(step.behavior, []).append(step)
    found = []
    for of_track in by_track.values():
        for place, step in enumerate(of_track):
            if step.level_after < step.level:
                later = (
                    number
                    for number, one in enumerate(of_track[place + 1 :], 1)
                    if one.outcome == MET and one.level >= step.level
                )
                found.append((step.on_day, Reset(step.visit_id, step.level, next(later, None))))
    return tuple(reset for _, reset in sorted(found, key=lambda one: (one[0], one[1].visit_id)))
