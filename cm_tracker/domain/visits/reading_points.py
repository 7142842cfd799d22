"""The readings of a client on a track, in order: what a chart of them shows, and what decided each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.engine import Replay, Result
from cm_tracker.domain.schedules.ladder import BASELINE, OUTSIDE
from cm_tracker.domain.schedules.outcomes import MET
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory

MOST = 24
"""So many readings a chart shows, the last ones."""


class ReadingPoint(NamedTuple):
    """A reading of a visit, and the highest one that would have met the target then.

    `limit` is None where nothing depended on the reading: in a baseline, or outside of all weeks.
    """

    visit_id: int
    day: date
    reading: int
    limit: int | None
    is_met: bool


def deciding_limit(result: Result) -> int | None:
    """Return the highest reading that would have met the target, None where nothing depended on it."""
    return None if result.why in (BASELINE, OUTSIDE) else result.limit


class ReadingLimit(NamedTuple):
    """The highest reading that would meet the target of a track on a day, and the readings before it."""

    track: Track
    day: date
    most: int
    earlier: tuple[ReadingPoint, ...]


def limit_on(history: EnrollmentHistory, visit: CurrentVisit, day: date) -> ReadingLimit | None:
    """Return from where on a reading would count at a recorded visit if it lay on a day.

    None where nothing depends on one: in a baseline, outside of all weeks, and for a visit that was taken away.
    """
    track = history.timeline.track_on(visit.behavior, day) if day >= history.starts_on else None
    if track is None or track.reading is None:
        return None
    read = history.with_visits([replace(visit, happened_on=day, outcome=MET, reading=0)])
    replay = read.replay_before_cuts()
    limit = next((deciding_limit(result) for result in replay.results if result.ref == visit.id), None)
    if limit is None:
        return None
    points = reading_points(read, replay, visit.behavior, day)
    return ReadingLimit(track, day, limit, tuple(point for point in points if point.visit_id != visit.id))


def reading_points(
    history: EnrollmentHistory, replay: Replay, behavior: str, until: date | None = None
) -> tuple[ReadingPoint, ...]:
    """Return the last `MOST` readings of a behavior that count, by day, until a day if one is given.

    `replay` is that of the history.
    """
    readings: Mapping[int, int] = {
        visit.id: visit.reading
        for visit in history.visits
        if visit.behavior == behavior and visit.reading is not None and visit.counts_reading
    }
    days = {visit.id: visit.happened_on for visit in history.visits}
    points = [
        ReadingPoint(result.ref, days[result.ref], readings[result.ref], deciding_limit(result), result.outcome == MET)
        for result in replay.results
        if result.ref in readings and (until is None or days[result.ref] <= until)
    ]
    return tuple(points[-MOST:])
