"""What a schedule names and no client can reach: a level above the ladder, or more visits in a row than there are.

Nobody means such a number. A draft with one is not published; a version from before this check stays valid, since the
engine lowers the level, and a bonus that nobody reaches is not paid.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cm_tracker.domain.errors import Problem
from cm_tracker.domain.phrases import phrase
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import PAID
from cm_tracker.domain.schedules.rehearsal import rehearse
from cm_tracker.domain.schedules.worked_sample import Sample, paid_track, samples_for

Keys = Mapping[str, Any]
TOO_LONG = phrase("is %(value)s; until week %(week)s there are no more than %(most)s visits in a row.")
TOO_MANY = phrase("is %(value)s; no more than %(most)s paid visits can follow a lapse.")
TOO_HIGH = phrase("is %(value)s; the highest level of this ladder is %(most)s.")
TOO_HIGH_FROM_ZERO = phrase(
    "is %(value)s; the highest level is %(most)s for a client who begins at 0 and meets every target."
)
STARTS_AGAIN = phrase("is %(value)s; the weeks from %(week)s on start the ladder again, so nobody begins there.")


def reach_problems(document: Any) -> tuple[Problem, ...]:
    """Return a problem for each key of a schedule document that names what no client can reach, with its path.

    A track whose ladder has problems of its own is left to `schedules.check`.
    """
    tracks = document.get("tracks") if isinstance(document, dict) else None
    found: list[Problem] = []
    for n, track in enumerate(tracks if isinstance(tracks, list) else ()):
        if isinstance(track, dict):
            found.extend(Problem(f"tracks[{n}].{key}", says) for key, says in _of_track(document, track))
    return tuple(found)


def _of_track(document: Keys, track: Keys) -> Iterator[tuple[str, str]]:
    samples, start = samples_for(document, track), track.get("start_level", 0)
    from_zero = paid_track(samples, track)
    from_start = paid_track(samples, track, start_level=start) if type(start) is int else None
    if from_zero is None:
        return
    paid = _paid(from_zero)
    if not paid:
        return
    for place, phase in enumerate(from_zero.track.phases):
        runs = [result.run for result in paid if phase.first_week <= result.week <= phase.last_week]
        bonus = _whole(track["phases"][place].get("run_bonus"), "every")
        if bonus is not None and runs and bonus > max(runs):
            says = TOO_LONG.with_values(value=bonus, week=str(phase.last_week), most=max(runs))
            yield f"phases[{place}].run_bonus.every", says
    after = _whole(track.get("restore"), "after")
    if after is not None and after >= len(paid):
        yield "restore.after", TOO_MANY.with_values(value=after, most=len(paid) - 1)
    if from_start is None:
        return
    first, highest = _paid(from_start)[0], max(result.level for result in paid)
    phase_of_first = from_start.track.phase_in(first.week)
    if first.level < start and phase_of_first is not None:
        if phase_of_first.top_level == first.level:
            yield "start_level", TOO_HIGH.with_values(value=start, most=first.level)
        else:
            yield "start_level", STARTS_AGAIN.with_values(value=start, week=str(first.week))
    elif start > highest:
        yield "start_level", TOO_HIGH_FROM_ZERO.with_values(value=start, most=highest)
    drop, top = _whole(track.get("reset_to"), "drop"), max(result.level for result in _paid(from_start))
    if drop is not None and drop > max(top, 1):
        yield (
            "reset_to.drop",
            TOO_HIGH.with_values(value=drop, most=top),
        )


def _paid(sample: Sample) -> list[Result]:
    """Return the visits that are paid if all meet the target."""
    return [result for result in rehearse(sample.schedule, sample.track) if result.why == PAID]


def _whole(place: Any, key: str) -> int | None:
    value = place.get(key) if isinstance(place, dict) else None
    return value if type(value) is int else None
