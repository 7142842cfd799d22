"""What the visits of a course earn by its schedule: as they were, and as they could have been."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from cm_tracker.domain.measures.sequences import EXCUSED, OTHER, VOIDED, Course
from cm_tracker.domain.schedules import engine, outcomes
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import Timeline

KNOWN = 20_000
"""So many courses are kept worked out, until something of them changes."""


class Step(NamedTuple):
    """What one visit earns: by its number, with the levels before and after it. `unit` is points or draws."""

    visit_id: int
    on_day: date
    behavior: str
    outcome: str
    level: int
    level_after: int
    paid: int
    unit: str


@lru_cache(maxsize=KNOWN)
def steps_of(timeline: Timeline, visits: tuple[engine.Visit, ...]) -> tuple[Step, ...]:
    """Return what visits earn, in their order. The same visits always earn the same, so it is worked out once."""
    results = engine.replay_timeline(timeline, visits).results
    days = {visit.ref: visit.day for visit in visits}
    return tuple(
        Step(one.ref, days[one.ref], one.behavior, one.outcome, one.level, one.level_after, one.paid, one.unit)
        for one in results
    )


def is_plain(timeline: Timeline) -> bool:
    """Return whether the outcomes of the visits alone say what they earn.

    Otherwise the times, readings or other results of the tests do, or a week has to be closed by its hours.
    """
    return not timeline.moves and all(_is_plain(track) for track in timeline.schedule.tracks)


def _is_plain(track: Track) -> bool:
    return (
        track.side_bonus is None
        and track.reading is None
        and track.min_hours_between is None
        and track.hours is None
        and track.targets == track.target
        and all(phase.reading is None for phase in track.phases)
    )


def steps_taken(course: Course) -> tuple[Step, ...]:
    """Return what the visits of a course earn that `is_plain`, before what other enrollments cut from it."""
    return steps_of(
        course.timeline,
        tuple(engine.Visit(one.on_day, one.behavior, one.outcome, ref=one.id) for one in course.visits),
    )


def steps_available(course: Course) -> tuple[Step, ...]:
    """Return what a course would have earned if everything expected that was not excused had met its target.

    Visits that were not expected count as if they had been. Hours and goals are left out: no slot says when they are due.
    The number of a step is the place in `course.expected`.
    """
    return steps_of(
        course.timeline,
        tuple(
            engine.Visit(one.on_day, one.behavior, outcomes.MET, True, ref=place)
            for place, one in enumerate(course.expected)
            if one.behavior is not None and one.outcome not in (EXCUSED, OTHER, VOIDED)
        ),
    )


def draw_cents(timeline: Timeline, day: date) -> Fraction:
    """Return what a draw is worth on average on a day; nothing without a bowl."""
    bowl = timeline.schedule_on(day).bowl
    return Fraction(bowl.total_cents, bowl.size) if bowl is not None else Fraction(0)


def worth(timeline: Timeline, day: date, amounts: Mapping[str, int]) -> Fraction | int:
    """Return the worth in cents of points and draws that were earned on a day. That of points alone is whole."""
    cents = amounts.get("points", 0) * timeline.schedule_on(day).point_value_cents
    draws = amounts.get("draws", 0)
    return cents + draws * draw_cents(timeline, day) if draws else cents
