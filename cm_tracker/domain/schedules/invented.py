"""What a schedule does to invented clients: three who are shown visit by visit, and many for what a client costs.

Each is replayed by the engine, with all behaviors together, because they share the ceilings. Nothing here is an estimate
of the program's own clients: the chances are typed in below and are said on the page.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.outcomes import EXCUSED, MET, POSITIVE, UNEXCUSED
from cm_tracker.domain.schedules.rehearsal import all_met, best_case, lapse_in, replay_weeks
from cm_tracker.domain.schedules.schedule import Bowl, Schedule, Track

PERFECT, LAPSE, ABSENT = "perfect", "lapse", "absent"
# Who is often absent misses every fourth visit, and every eighteenth is excused.
MISSES_EVERY, EXCUSED_EVERY = 4, 18
# Of 100 visits of an invented client so many meet the target: the first one, one after a met one, and any other.
FIRST, AFTER_MET, AFTER_OTHER = 62, 88, 46
# Of 10 visits that do not meet it, so many are missed or excused; the others are positive or, without a test, missed.
MISSED_OF_10, EXCUSED_OF_10 = 3, 1
MOST_CLIENTS = 100
# The expected cost is worked out while somebody types, so a long schedule has fewer invented clients.
MOST_VISITS = 20_000
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented client: the results of one track, and what all tracks together pay."""

    kind: str
    results: tuple[Result, ...]
    cents: int
    draws: int

    @property
    def week_of_lapse(self) -> int | None:
        """Return the program week of the first visit that was not met, or None."""
        return next((result.week for result in self.results if result.outcome != MET), None)

    @property
    def missed(self) -> int:
        """Return how many visits were missed."""
        return sum(result.outcome == UNEXCUSED for result in self.results)

    @property
    def ceiling_week(self) -> int | None:
        """Return the program week in which a ceiling first cut what was due, or None."""
        return next((result.week for result in self.results if result.cut_by), None)

    @property
    def cut(self) -> int:
        """Return for how many visits a ceiling cut what was due."""
        return sum(result.cut_by is not None for result in self.results)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a client costs in cents, draws on average: at most, at most without ceilings, and what is expected.

    `clients` is how many invented clients the expected cost is the average of.
    """

    most_cents: int
    most_without_ceilings_cents: int
    expected_cents: int
    clients: int


def invented_clients(schedule: Schedule, track: Track) -> tuple[Invented, ...]:
    """Return the client who meets every target, the one who lapses once in a track, and the one who is often absent."""
    perfect = {one.behavior: all_met(one) for one in schedule.tracks}
    lapse = {**perfect, track.behavior: _with_lapse(track)}
    absent = {one.behavior: _often_absent(one) for one in schedule.tracks}
    return tuple(
        _client(kind, replay_weeks(schedule, weeks), track)
        for kind, weeks in ((PERFECT, perfect), (LAPSE, lapse), (ABSENT, absent))
    )


def _client(kind: str, results: Sequence[Result], track: Track) -> Invented:
    return Invented(
        kind=kind,
        results=tuple(result for result in results if result.behavior == track.behavior),
        cents=sum(result.cents for result in results),
        draws=_draws(results),
    )


def _draws(results: Sequence[Result]) -> int:
    return sum(result.paid for result in results if result.unit == "draws")


def _with_lapse(track: Track) -> list[list[str]]:
    """Return the outcomes of a client who misses the target once, after a third of the visits."""
    weeks = all_met(track)
    places = [(w, n) for w, week in enumerate(weeks) for n in range(len(week))]
    w, n = places[len(places) // 3]
    weeks[w][n] = lapse_in(track, w + 1)
    return weeks


def _often_absent(track: Track) -> list[list[str]]:
    weeks, visit = all_met(track), 0
    for week in weeks:
        for n in range(len(week)):
            visit += 1
            if visit % EXCUSED_EVERY == 0:
                week[n] = EXCUSED
            elif visit % MISSES_EVERY == 0:
                week[n] = UNEXCUSED
    return weeks


def worth_cents(cents: int, draws: int, bowl: Bowl | None) -> int:
    """Return money and draws together, a draw as what it is worth on average; the cents are rounded down."""
    return cents + (draws * bowl.total_cents // bowl.size if bowl else 0)


def costs(schedule: Schedule) -> Costs:
    """Return what a client costs."""
    without = replace(schedule, ceilings=())
    clients = max(min(MOST_CLIENTS, MOST_VISITS // _visits(schedule)), 5)
    chance = random.Random(SEED)  # noqa: S311  # invented clients, the same ones each time: nothing depends on luck
    total = 0
    for _ in range(clients):
        weeks = {track.behavior: _by_chance(track, chance) for track in schedule.tracks}
        total += _cost(schedule, replay_weeks(schedule, weeks))
    return Costs(
        most_cents=_cost(schedule, best_case(schedule)),
        most_without_ceilings_cents=_cost(without, best_case(without)),
        expected_cents=(2 * total + clients) // (2 * clients),
        clients=clients,
    )


def _cost(schedule: Schedule, results: Sequence[Result]) -> int:
    return worth_cents(sum(result.cents for result in results), _draws(results), schedule.bowl)


def _visits(schedule: Schedule) -> int:
    return sum(len(week) for track in schedule.tracks for week in all_met(track)) or 1


def _by_chance(track: Track, chance: random.Random) -> list[list[str]]:
    """Return outcomes by chance: a met visit is likelier after a met one."""
    weeks, of_100 = all_met(track), FIRST
    for week in weeks:
        for n in range(len(week)):
            is_met = chance.randrange(100) < of_100
            of_100 = AFTER_MET if is_met else AFTER_OTHER
            week[n] = MET if is_met else _not_met(track, chance)
    return weeks


def _not_met(track: Track, chance: random.Random) -> str:
    of_10 = chance.randrange(10)
    if of_10 < EXCUSED_OF_10:
        return EXCUSED
    return UNEXCUSED if of_10 < EXCUSED_OF_10 + MISSED_OF_10 or not track.is_test else POSITIVE


def bonus_that_fits(schedule: Schedule, track: Track) -> int | None:
    """Return the largest bonus in a row with which no ceiling cuts a client who meets every target.

    None where the track has no such bonus, or where lowering it is not enough.
    """
    amounts = [phase.run_bonus.amount for phase in track.phases if phase.run_bonus]
    if not amounts or _is_cut(_with_bonus(schedule, track, 0)):
        return None
    low, high = 0, max(amounts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _is_cut(_with_bonus(schedule, track, middle)) else (middle, high)
    return low


def _is_cut(schedule: Schedule) -> bool:
    return any(result.cut_by for result in best_case(schedule))


def _with_bonus(schedule: Schedule, track: Track, most: int) -> Schedule:
    """Return a schedule in which no bonus in a row of a track is larger than `most`."""
    phases = tuple(
        replace(phase, run_bonus=phase.run_bonus and replace(phase.run_bonus, amount=min(phase.run_bonus.amount, most)))
        for phase in track.phases
    )
    changed = replace(track, phases=phases)
    return replace(schedule, tracks=tuple(changed if one is track else one for one in schedule.tracks))
