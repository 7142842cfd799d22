"""The schedule engine: what each visit of an enrollment earns, and why.

The engine is one pure function, `replay`, of an enrollment's timeline (its first day, its versions of a
schedule, its pauses) and the whole list of visits. So the same visits always earn the same, a correction
is a replay of the corrected list, and a later visit never changes what an earlier one earned.

Each track has a ladder of its own. A met visit pays the value of its level, and the level rises
after each such visit or after each full week. A target not met sets the run back to 0 and the level back to 0 or by
some levels (a *reset*); the ladder remembers the level, so that it can be *restored*. Everything else *holds*: it
pays 0 and changes neither level nor run. Money ceilings reduce what is paid, but not the ladder. Here they
count the enrollment's own visits; `settling` counts the rest of what the client received.

The cost grows in proportion to the number of visits. The loop is written for speed, because a bulk
import and the verification of the ledger replay every enrollment (bench/engine.py).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.ceilings import PaidTotals
from cm_tracker.domain.schedules.ladder import OUTSIDE, Ladder, LadderState
from cm_tracker.domain.schedules.outcomes import PENDING
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.schedules.standing import Taken
from cm_tracker.domain.schedules.timeline import Move, Pause, Timeline, timeline_of


class Visit(NamedTuple):
    """One visit as the engine sees it.

    `minute` is the minute of its day, if the time is known; `min_hours_between` uses it. `ref` is the caller's
    own reference, which the result repeats. A `reading` decides the outcome by the track's rule. `outcome` is read
    then only where the day has no such rule; if it is empty, the visit waits.
    """

    day: date
    behavior: str
    outcome: str
    also_negative: bool = False
    minute: int | None = None
    ref: int = 0
    reading: int | None = None


class Result(NamedTuple):
    """What one visit earned. Amounts are in `unit` (points or draws); `cents` is the money paid.

    `limit` is the highest reading that would have met the target, None without a reading.
    `level` is the level at which the visit was paid, `level_after` where it left the ladder, `run` the number of met visits in a row after
    it, and `next_due` what the next met visit would earn (without a side bonus, before ceilings).
    `due` is the sum of `ladder` and the three bonuses; `cut_by` is the scope of the ceiling
    that reduced it to `paid`. A draw is worth money only when it is drawn, so its `cents` is 0.
    """

    n: int
    week: int
    behavior: str
    outcome: str
    level: int
    run: int
    ladder: int
    run_bonus: int
    week_bonus: int
    side_bonus: int
    due: int
    paid: int
    unit: str
    cents: int
    cut_by: str | None
    next_due: int
    why: str
    ref: int
    level_after: int
    limit: int | None


class Replay(NamedTuple):
    """The results by the visits' days, and the ladders by behavior as they are after the last visit.

    `moves` are those of the timeline that lie after the last visit.
    """

    results: list[Result]
    ladders: dict[str, Ladder]
    timeline: Timeline
    moves: Sequence[Move]

    def state(self, behavior: str, day: date) -> LadderState:
        """Return the state of a track's ladder on the day of the last visit or a later one.

        A behavior that has ended by that day has nothing more to earn.
        """
        ladders = self._ladders_on(day)
        week = self.timeline.week_of(day)
        if behavior not in ladders and (tracks := self.timeline.tracks_of(behavior)):
            return LadderState(behavior, tracks[-1].pays, 0, 0, None, 0, None, week)
        return ladders[behavior].state(week)

    def has_paid_most(self, behavior: str, day: date) -> bool:
        """Return whether the most visits of a track that are paid are paid, on the day of the last visit or later."""
        ladder = self._ladders_on(day).get(behavior)
        return ladder is not None and ladder.has_paid_most(self.timeline.week_of(day))

    def _ladders_on(self, day: date) -> dict[str, Ladder]:
        ladders = self.ladders
        for move in self.moves:
            if move.from_day <= day:
                copies = {behavior: ladder.copy() for behavior, ladder in ladders.items()}
                ladders = _moved(copies, move, self.timeline, self.results)
        return ladders

    def total(self, unit: str) -> int:
        """Return the sum of what was paid in a unit."""
        return sum(result.paid for result in self.results if result.unit == unit)


def replay(
    schedule: Schedule,
    starts_on: date,
    visits: Iterable[Visit],
    *,
    moves: Iterable[Move] = (),
    pauses: Iterable[Pause] = (),
    prior_cents: int = 0,
) -> Replay:
    """Work out what every visit of an enrollment earned, from what was recorded about the enrollment.

    `prior_cents` is what the client was paid before, in the calendar year of the first day. Raise `KeyError` for a
    behavior that no version of the enrollment has.
    """
    return replay_timeline(timeline_of(starts_on, schedule, moves, pauses), visits, prior_cents=prior_cents)


def replay_timeline(timeline: Timeline, visits: Iterable[Visit], *, prior_cents: int = 0) -> Replay:
    """Work out what every visit of an enrollment earned.

    Visits are replayed by day; visits of one day keep the order of `visits`, which is that of their
    first recording. A visit of a behavior that the version of its day does not have earns nothing (`outside`).
    Raise `KeyError` for a behavior that no version has, unless the enrollment was moved.
    """
    running = _Running(timeline, prior_cents)
    for visit in sorted(visits, key=_day):
        running.add(visit)
    return Replay(running.results, running.ladders, timeline, running.moves)


class _EndedLadder:
    """The ladder of a behavior that the version of a day does not have: its visits earn and change nothing."""

    __slots__ = ("unit",)

    level = run = 0

    def __init__(self, unit: str) -> None:
        self.unit = unit

    def read(self, reading: int) -> tuple[str, None]:
        """Return that no rule decides a reading."""
        return "", None

    def take(
        self, outcome: str, also_negative: bool, ordinal: int, minute: int | None, reading: int | None = None
    ) -> Taken:
        """Return what a visit gets: nothing."""
        return Taken(0, 0, 0, 0, 0, OUTSIDE)

    def next_due(self) -> int:
        """Return what the next met visit would earn: nothing."""
        return 0


class _Running:
    """A replay while visits are added to it, in their order."""

    def __init__(self, timeline: Timeline, prior_cents: int) -> None:
        self.results: list[Result] = []
        self.ladders = {track.behavior: Ladder(track) for track in timeline.schedule.tracks}
        self.moves = list(timeline.moves)
        self._timeline = timeline
        self._schedule = timeline.schedule
        self._paid_totals = None
        if any(version.ceilings for version in timeline.schedules):
            self._paid_totals = PaidTotals(prior_cents, timeline.starts_on.year)
        self._first_day = timeline.starts_on.toordinal()
        self._has_pauses = bool(timeline.pauses)

    def add(self, visit: Visit) -> None:
        """Work out what one more visit earns."""
        day, behavior, outcome, also_negative, minute, ref, reading = visit
        while self.moves and self.moves[0].from_day <= day:
            self._move(self.moves.pop(0))
        ordinal = day.toordinal()
        days = self._timeline.days_before(day) if self._has_pauses else ordinal - self._first_day
        week = days // 7 + 1
        ladder = self._ladder(behavior, week)
        limit = None
        if reading is not None:
            decided, limit = ladder.read(reading)
            outcome = decided or outcome or PENDING
        level, amount, run_bonus, week_bonus, side_bonus, why = ladder.take(
            outcome, also_negative, ordinal, minute, reading
        )
        due = amount + run_bonus + week_bonus + side_bonus
        paid, cents, cut_by = self._paid(due, day) if due and ladder.unit == "points" else (due, 0, None)
        # By name, these fields would take three times as long.
        self.results.append(
            Result(
                len(self.results) + 1, week, behavior, outcome, level, ladder.run, amount, run_bonus, week_bonus,
                side_bonus, due, paid, ladder.unit, cents, cut_by, ladder.next_due(), why, ref, ladder.level, limit,
            )
        )  # fmt: skip

    def _ladder(self, behavior: str, week: int) -> Ladder | _EndedLadder:
        """Return the ladder of a behavior in a program week. Raise `KeyError` where no version can have it."""
        if behavior not in self.ladders and self._timeline.moves:
            tracks = self._timeline.tracks_of(behavior)
            return _EndedLadder(tracks[-1].pays if tracks else "points")
        ladder = self.ladders[behavior]
        if week != ladder.week:
            ladder.advance(week)
        return ladder

    def _paid(self, due: int, day: date) -> tuple[int, int, str | None]:
        """Return what is paid of some points, what that is worth, and the scope of the ceiling that cut it."""
        point_cents = self._schedule.point_value_cents
        if self._paid_totals is None:
            return due, due * point_cents, None
        paid, cut_by = self._paid_totals.cut(due, day, self._schedule.ceilings, point_cents)
        return paid, paid * point_cents, cut_by

    def _move(self, move: Move) -> None:
        self.ladders = _moved(self.ladders, move, self._timeline, self.results)
        self._schedule = move.schedule


def _moved(ladders: dict[str, Ladder], move: Move, timeline: Timeline, results: Sequence[Result]) -> dict[str, Ladder]:
    """Return the ladders with which a move goes on: those of both versions go on, a new behavior begins.

    `results` are those of the visits before the move.
    """
    days = timeline.days_before(move.from_day)
    week, is_first_day = days // 7 + 1, days % 7 == 0
    whys: dict[str, dict[int, list[str]]] = {}
    for result in results:
        whys.setdefault(result.behavior, {}).setdefault(result.week, []).append(result.why)
    moved = {}
    for track in move.schedule.tracks:
        ladder = ladders.get(track.behavior)
        if ladder is None:
            ladder = Ladder(track, begins_in=week)
            ladder.advance(week)
        else:
            ladder.go_on_under(track, week, is_first_day, whys.get(track.behavior, {}))
        moved[track.behavior] = ladder
    return moved


def _day(visit: Visit) -> date:
    return visit.day
