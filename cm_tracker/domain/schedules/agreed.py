"""A schedule's own worked example, as the agreement with a client shows it: some visits, a lapse, and the way back.

The engine works it out, so the paper says what the program will pay. Limits and the side bonus are left out of the
example: the agreement has a sentence of its own for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import PAID
from cm_tracker.domain.schedules.rehearsal import rehearse
from cm_tracker.domain.schedules.schedule import Phase, Restore, Schedule, Track

# So many visits come before the lapse; where a level comes back, so many more than it takes, so that it is seen.
BEFORE = 3
# For levels that rise by the week: two full periods, up to so many visits.
MOST_BEFORE = 6
# Of a longer row of visits only the first and the last ones are shown.
MOST_IN_A_ROW, SHOWN = 6, 2


@dataclass(frozen=True, slots=True)
class ExampleVisit:
    """A visit of an example: which one it is, counted from the first that is paid, and what it gets.

    `leaves_out` says that visits before this one are not shown.
    """

    number: int
    is_met: bool
    paid: int
    leaves_out: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """Some visits of a track in a row, with a lapse if there are enough of them.

    `after_lapse` is what the visit after the lapse gets, and `is_lower` whether its level pays less than that of the
    visit before the lapse. `after` is how many visits in a row bring the level back, None where it rises step by step.
    """

    visits: tuple[ExampleVisit, ...]
    after_lapse: int | None = None
    is_lower: bool = False
    after: int | None = None


def example_of(schedule: Schedule, track: Track) -> Example | None:
    """Return the worked example of a track; None where none of its visits is paid."""
    track = replace(track, side_bonus=None)
    alone = replace(schedule, tracks=(track,), ceilings=())
    results = rehearse(alone, track)
    first = next((n for n, result in enumerate(results) if result.why == PAID), None)
    phase = track.phase_in(results[first].week) if first is not None else None
    if first is None or phase is None:
        return None
    paid = [result for result in results[first:] if result.week <= phase.last_week and result.why == PAID]
    restore = track.restore
    back = SHOWN
    if restore is not None:
        back = restore.after + (0 if restore.takes_effect == "same" else 1)
    count = max(min(_before(phase, restore), len(paid) - 1 - back), min(BEFORE, len(paid) - 2), 1)
    if count + 2 > len(paid):
        return Example(_shown(paid[:count]))
    with_lapse = rehearse(alone, track, lapse_at=first + count + 1)[first:]
    before, after = with_lapse[:count], with_lapse[count + 1 : len(paid)]
    is_lower = after[0].ladder < before[-1].ladder
    visits = (
        *_shown(before),
        ExampleVisit(count + 1, False, with_lapse[count].paid),
        *_shown(after[: back if is_lower else SHOWN], count + 2),
    )
    return Example(visits, after[0].paid, is_lower, restore.after if restore is not None and is_lower else None)


def _before(phase: Phase, restore: Restore | None) -> int:
    """Return how many visits of an example come before the lapse, if there are so many."""
    if phase.rises != "visit":
        return min(max(2 * phase.visits_per_week, BEFORE), MOST_BEFORE)
    return BEFORE if restore is None else restore.after + BEFORE


def _shown(results: Sequence[Result], first: int = 1) -> tuple[ExampleVisit, ...]:
    """Return some visits in a row that are all met, without those in the middle where they are many."""
    visits = [ExampleVisit(first + n, True, result.paid) for n, result in enumerate(results)]
    if len(visits) > MOST_IN_A_ROW:
        last = visits[-SHOWN:]
        return (*visits[:SHOWN], replace(last[0], leaves_out=True), *last[1:])
    return tuple(visits)
