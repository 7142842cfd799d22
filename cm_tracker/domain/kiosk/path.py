"""A client's path at the kiosk: the steps that they took, where they stand, what the next ones earn, and the top.

Everybody in the room can see it, so a lapse cannot be read from it: it counts what was earned and never what was missed.
Steps that earned more than the next one can are stones without a number. From nine steps on, every path looks alike
on the left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from cm_tracker.domain.schedules.engine import Replay, Result
from cm_tracker.domain.schedules.ladder import BASELINE, OUTSIDE, PAID, RESET, LadderState
from cm_tracker.domain.schedules.outcomes import MET
from cm_tracker.domain.schedules.schedule import Phase, Track
from cm_tracker.domain.schedules.timeline import Timeline
from cm_tracker.domain.visits.history import EnrollmentHistory

MOST_PEBBLES = 7
LAST_STONES = 2
NEXT_STONES = 3
MOST_AHEAD = 400
"""So many visits to come are worked out to find the top; no schedule that is published has more."""


class Stone(NamedTuple):
    """A step to come.

    `amount` is what its visit earns by the ladder, `bonus` what it earns beyond that. `day` is the planned day, None where
    nobody knows it. `has_gap` says that more steps lie between the one before and this one.
    """

    amount: int
    bonus: int = 0
    day: date | None = None
    is_restoring: bool = False
    is_top: bool = False
    has_gap: bool = False


class Coming(NamedTuple):
    """A planned visit. One beyond the paid visits of its week promises nothing: `amount` is 0."""

    day: date
    amount: int
    bonus: int = 0


class Later(NamedTuple):
    """Something that comes after so many more visits: a bonus, or the step that brings a client up again."""

    visits: int
    amount: int


@dataclass(frozen=True, slots=True)
class Path:
    """A track's path.

    `met` is how many visits met their target, which never falls. `pebbles` are steps of long ago, and `done` the last
    ones, each with what it earned by the ladder or None. `ahead` are the steps to come, the next one first; it is empty
    where the schedule has nothing more to pay. `bonus` is the next bonus, and `restores` the step that brings the client
    up again after a lapse.
    """

    met: int
    pebbles: int
    done: tuple[int | None, ...]
    ahead: tuple[Stone, ...]
    coming: tuple[Coming, ...] = ()
    bonus: Later | None = None
    restores: Later | None = None

    @property
    def next(self) -> Stone | None:
        """Return the next step."""
        return self.ahead[0] if self.ahead else None

    @property
    def is_new(self) -> bool:
        """Return whether the client stands where they joined."""
        return not self.done


def path_of(history: EnrollmentHistory, replay: Replay, track: Track, today: date, planned: Sequence[date]) -> Path:
    """Return the path of a track on a day.

    `replay` is that of the history. `planned` are the days of the next visits that the client may be told, in their order.
    What is to come is worked out as if every visit met its target.
    """
    behavior = track.behavior
    mine = [result for result in replay.results if result.behavior == behavior]
    after = planned[-1] if planned else _last_day(history, behavior, today)
    weeks = [*(one.week for one in mine if one.why not in (OUTSIDE, BASELINE)), *map(history.timeline.week_of, planned)]
    later = [*later_days(history.timeline, track, after + timedelta(days=1), Counter(weeks))][:MOST_AHEAD]
    results = history.replay_as_if(behavior, [*planned, *later])
    coming = tuple(
        Coming(day, *_amounts(result)) if result.why == PAID else Coming(day, 0)
        for day, result in zip(planned, results, strict=False)
    )
    days = [*planned, *(None for _ in later)]
    paid = [(day, result) for day, result in zip(days, results, strict=True) if result.why == PAID]
    steps = [result for _, result in paid]
    restores = _restores(track, replay.state(behavior, today), steps)
    return Path(
        met=sum(result.outcome == MET for result in mine),
        pebbles=_pebbles(mine),
        done=_done(mine, steps[0].ladder if steps else None),
        ahead=_ahead(paid, restores, mine),
        coming=coming,
        bonus=_bonus(steps),
        restores=restores,
    )


def later_days(timeline: Timeline, track: Track, first: date, taken: Counter[int]) -> Iterator[date]:
    """Yield days on which a client could come from a day on, as often as the schedule pays, until its last week.

    They are spread over each program week. `taken` says how many visits each week has already, missed ones included. A
    track of hours has its result on the week's last day.
    """
    taken = Counter(taken)
    for week in range(max(timeline.week_of(first), 1), timeline.newest.last_week + 1):
        start, end = timeline.first_day_of(week), timeline.last_day_of(week)
        if start is None or end is None:
            return
        phase = track.phase_in(week)
        if phase is None or phase.pays_nothing:
            continue
        left = phase.visits_per_week - sum(taken[one] for one in phase.weeks_of_period(week))
        if left < 1:
            continue
        if track.evidence == "hours":
            taken[week] += 1
            yield end
            continue
        span = (end - max(start, first)).days + 1
        days = [max(start, first) + timedelta(days=number) for number in range(span)]
        days = [day for day in days if not timeline.is_paused(day)]
        spread = _spread(days, min(_in_a_week(phase), left))
        taken[week] += len(spread)
        yield from spread


def _in_a_week(phase: Phase) -> int:
    return -(-phase.visits_per_week // phase.period_weeks)


def _spread(days: Sequence[date], count: int) -> list[date]:
    # A client comes once a day, unless the schedule pays more visits a week than it has days.
    count = count if count > 7 else min(count, len(days))
    return [days[number * len(days) // count] for number in range(count if days else 0)]


def _last_day(history: EnrollmentHistory, behavior: str, today: date) -> date:
    """Return the day before the next visit can be: today, where it has its visit."""
    has_visit = any(visit.happened_on == today and visit.behavior == behavior for visit in history.visits)
    return today if has_visit else today - timedelta(days=1)


def _amounts(result: Result) -> tuple[int, int]:
    """Return what a visit earns by the ladder and beyond it; a ceiling takes from the bonus first."""
    return min(result.ladder, result.paid), max(result.paid - result.ladder, 0)


def _pebbles(mine: Sequence[Result]) -> int:
    return max(min(sum(result.why == PAID for result in mine) - LAST_STONES, MOST_PEBBLES), 0)


def _done(mine: Sequence[Result], next_amount: int | None) -> tuple[int | None, ...]:
    """Return the last steps. Those from before a lapse, and those that earned more than the next can, say no number."""
    lapses = [place for place, result in enumerate(mine) if result.why == RESET]
    since = lapses[-1] if lapses else -1
    paid = [(place, result.ladder) for place, result in enumerate(mine) if result.why == PAID][-LAST_STONES:]
    return tuple(
        amount if place > since and (next_amount is None or amount <= next_amount) else None for place, amount in paid
    )


def _restores(track: Track, state: LadderState, steps: Sequence[Result]) -> Later | None:
    """Return the step that brings a client up again, None where none does: the steps rise to it as they always do."""
    if state.restores_after is None or track.restore is None:
        return None
    place = state.restores_after - (track.restore.takes_effect == "same")
    if not 0 < place < len(steps) or steps[place].level - steps[place - 1].level < 2:
        return None
    return Later(place, steps[place].ladder)


def _bonus(steps: Sequence[Result]) -> Later | None:
    for place, step in enumerate(steps):
        if step.run_bonus or step.week_bonus:
            return Later(place + 1, step.run_bonus + step.week_bonus)
    return None


def _ahead(
    paid: Sequence[tuple[date | None, Result]], restores: Later | None, mine: Sequence[Result]
) -> tuple[Stone, ...]:
    """Return the next step, two more (the second is the one that brings a client up again), and the top."""
    if not paid:
        return ()
    places = list(range(min(NEXT_STONES, len(paid))))
    if restores is not None and restores.visits >= NEXT_STONES:
        places[-1] = restores.visits
    amounts = [result.ladder for _, result in paid]
    top = amounts.index(max(amounts))
    lowest = min([*amounts, *(result.ladder for result in mine if result.why == PAID)])
    is_flat = amounts[top] == lowest
    if not is_flat and top > places[-1]:
        places.append(top)
    return tuple(
        Stone(
            result.ladder,
            result.run_bonus + result.week_bonus,
            day,
            is_restoring=restores is not None and place == restores.visits,
            is_top=place == top and not is_flat,
            has_gap=number > 0 and place > places[number - 1] + 1,
        )
        for number, place in enumerate(places)
        for day, result in [paid[place]]
    )
