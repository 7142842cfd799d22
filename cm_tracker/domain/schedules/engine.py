"""The schedule engine: what each visit of an enrollment earns, and why.

It is one pure function, `replay`, of a schedule, the enrollment's first day and the whole list of
visits. So the same visits always earn the same, a correction is nothing but a replay of the
corrected list, and a later visit never changes what an earlier one earned.

Each track climbs a ladder of its own. A met visit pays the value of its level and lets the level
rise, per visit or per full week; a target not met sets level and run back to 0 (a *reset*) and
remembers where the client stood, so that it can be *restored*; everything else *holds*: it pays 0
and moves nothing. Money ceilings cut what is paid, never how the ladder moves.

Cost is in proportion to the number of visits; the loop is written for speed, because a bulk import
and the verification of the ledger replay every enrollment (bench/engine.py).
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.ceilings import CeilingUse, Purse
from cm_tracker.domain.schedules.outcomes import DILUTE, MET
from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track

PAID = "paid"
RESET = "reset"
HELD = "held"
EXTRA = "extra"
TOO_SOON = "too_soon"
OUTSIDE = "outside"


class Visit(NamedTuple):
    """One visit as the engine sees it.

    `minute` is the minute of its day where the time is known; it matters for `min_hours_between`.
    `elsewhere_*_cents` is what the client's other enrollments had been paid in this visit's month
    and calendar year when it was recorded, and what had been drawn; `drawn_cents` is what the draws of this
    enrollment had given by then. `ref` is the caller's own mark and comes back untouched.
    """

    day: date
    behavior: str
    outcome: str
    also_negative: bool = False
    minute: int | None = None
    elsewhere_month_cents: int = 0
    elsewhere_year_cents: int = 0
    ref: int = 0
    drawn_cents: int = 0


class Result(NamedTuple):
    """What one visit earned. Amounts are in `unit` (points or draws), `cents` is the money paid.

    `level` is the level at which the visit was worked out, `run` the run after it, `next_due` what
    the next met visit would earn (without a side bonus, before ceilings). `cut_by` names the scope
    of the ceiling that cut `due` to `paid`. Draws are worth money only when drawn, so their `cents`
    is 0.
    """

    n: int
    week: int
    behavior: str
    outcome: str
    level: int
    run: int
    ladder: int
    run_bonus: int
    side_bonus: int
    due: int
    paid: int
    unit: str
    cents: int
    cut_by: str | None
    next_due: int
    why: str
    ref: int


class LadderState(NamedTuple):
    """Where a client stands on a track on some day: `next_due` is None when no week is left.

    `opens_week` is the program week from which the next visit can be paid: a later one than asked
    for when the week's paid visits are complete.
    """

    behavior: str
    unit: str
    level: int
    run: int
    next_due: int | None
    next_run_bonus: int
    restores_after: int | None
    opens_week: int


class Replay(NamedTuple):
    """The results in order of the visits' days, and the ladders as they stand after the last one."""

    results: list[Result]
    ladders: "dict[str, Ladder]"
    purse: Purse | None

    def ceilings(
        self, day: date, elsewhere_month_cents: int = 0, elsewhere_year_cents: int = 0
    ) -> tuple[CeilingUse, ...]:
        """The use of every ceiling that adds up, on a day; a ceiling for one award never does."""
        if self.purse is None:
            return ()
        found = []
        for ceiling in self.purse.ceilings:
            if ceiling.scope != "award":
                used = self.purse.used(ceiling.scope, day, elsewhere_month_cents, elsewhere_year_cents)
                found.append(CeilingUse(ceiling.scope, ceiling.cents, used))
        return tuple(found)

    def state(self, behavior: str, week: int) -> LadderState:
        """Where the client stands on a track in a program week, this one or a later one."""
        return self.ladders[behavior].state(week)

    def total(self, unit: str) -> int:
        """All that was paid in a unit."""
        return sum(result.paid for result in self.results if result.unit == unit)


def program_week(starts_on: date, day: date) -> int:
    """The program week of a day: whole days since the enrollment's first day // 7 + 1."""
    return (day - starts_on).days // 7 + 1


def replay(schedule: Schedule, starts_on: date, visits: Iterable[Visit]) -> Replay:
    """Work out every visit of an enrollment from the first on.

    Visits are taken in the order of their days; visits of one day keep the order in which they
    came, which is that of their first recording. Raises `KeyError` for a behavior that the schedule
    does not have.
    """
    ladders = {track.behavior: Ladder(track) for track in schedule.tracks}
    purse = Purse(schedule) if schedule.ceilings else None
    point_cents = schedule.point_value_cents
    first_day = starts_on.toordinal()
    results: list[Result] = []
    for n, visit in enumerate(sorted(visits, key=_day), 1):
        day, behavior, outcome, also_negative, minute, _, _, ref, _ = visit
        ordinal = day.toordinal()
        week = (ordinal - first_day) // 7 + 1
        ladder = ladders[behavior]
        if week != ladder.week:
            ladder.advance(week)
        level, amount, run_bonus, side_bonus, why = ladder.take(outcome, also_negative, ordinal, minute)
        due = paid = amount + run_bonus + side_bonus
        unit = ladder.unit
        cut_by = None
        cents = 0
        if due and unit == "points":
            if purse is not None:
                paid, cut_by = purse.cut(
                    due, visit.day, visit.elsewhere_month_cents, visit.elsewhere_year_cents, visit.drawn_cents
                )
            cents = paid * point_cents
        results.append(
            Result(
                n, week, behavior, outcome, level, ladder.run, amount, run_bonus, side_bonus,
                due, paid, unit, cents, cut_by, ladder.next_due(), why, ref,
            )
        )  # fmt: skip
    return Replay(results, ladders, purse)


def _day(visit: Visit) -> date:
    return visit.day


class Ladder:
    """One track's ladder while it is climbed. `replay` drives it; read it through `state`."""

    __slots__ = (
        "_restore", "dilutes", "done_in_week", "last_paid", "last_paid_at", "level", "paid_in_week",
        "phase", "remembered", "reset_in_week", "restored_in_week", "row", "run", "track", "unit", "week",
    )  # fmt: skip

    def __init__(self, track: Track) -> None:
        self.track = track
        self.unit = track.pays
        self._restore = track.restore
        self.phase: Phase | None = None
        self.week = 0
        self.level = 0
        self.run = 0
        # Restoring: the level to come back to, met visits in a row towards it, and the level at
        # which the last met visit was paid.
        self.remembered: int | None = None
        self.row = 0
        self.last_paid = 0
        self.dilutes = 0
        self.last_paid_at: tuple[int, int | None] | None = None
        # What happened in the current program week.
        self.done_in_week = 0
        self.paid_in_week = 0
        self.reset_in_week = False
        self.restored_in_week = False

    def advance(self, week: int) -> None:
        """Close the current program week and open `week`."""
        if week < self.week:
            return
        self.level = self._level_after_week()
        was = self.phase
        phase = self.track.phase_in(week)
        if phase is not was:
            self._enter(was, phase, week)
        self.phase = phase
        self.week = week
        self.done_in_week = self.paid_in_week = 0
        self.reset_in_week = self.restored_in_week = False

    def _enter(self, was: Phase | None, phase: Phase | None, week: int) -> None:
        """Pass through every phase that began since the last one, up to `phase`."""
        after = was.last_week if was else self.week
        for begun in self.track.phases:
            if after < begun.first_week <= week:
                if not begun.carry_level:
                    self.level = 0
                    self.remembered = None
                    self.row = 0
                    self.last_paid = 0
                self.level = _under(begun, self.level)

    def _level_after_week(self) -> int:
        """The level that the next program week would start with, in the same phase."""
        phase = self.phase
        if (
            phase is not None
            and phase.rises == "week"
            and self.paid_in_week >= phase.visits_per_week
            and not self.reset_in_week
            and (not self.restored_in_week or self.track.restore_week_rises)
        ):
            return _under(phase, self.level + 1)
        return self.level

    def take(
        self, outcome: str, also_negative: bool, ordinal: int, minute: int | None
    ) -> tuple[int, int, int, int, str]:
        """One visit in the current week: its level, ladder amount, run bonus, side bonus and why."""
        phase = self.phase
        level = self.level
        if phase is None:
            return level, 0, 0, 0, OUTSIDE
        self.done_in_week += 1
        if outcome != MET:
            return level, 0, 0, 0, self._not_met(outcome)
        self.dilutes = 0
        if self.paid_in_week >= phase.visits_per_week:
            return level, 0, 0, 0, EXTRA
        if self.track.min_hours_between is not None:
            if self._is_too_soon(ordinal, minute):
                return level, 0, 0, 0, TOO_SOON
            self.last_paid_at = (ordinal, minute)
        self.paid_in_week += 1
        self.run = run = self.run + 1
        jumps_to = None
        remembered = self.remembered
        if remembered is not None and self._restore is not None:
            self.row += 1
            if self.row >= self._restore.after:
                self.remembered = None
                self.row = 0
                self.restored_in_week = True
                if self._restore.takes_effect == "same":
                    level = _under(phase, max(level, remembered))
                else:
                    jumps_to = remembered
        self.last_paid = level
        after = level + 1 if phase.rises == "visit" else level
        if jumps_to is not None and jumps_to > after:
            after = jumps_to
        self.level = after if phase.cap is None else _under(phase, after)
        bonus = phase.run_bonus
        side = self.track.side_bonus
        return (
            level,
            phase.value(level),
            bonus.amount if bonus is not None and run % bonus.every == 0 else 0,
            side.amount if side is not None and also_negative else 0,
            PAID,
        )

    def _not_met(self, outcome: str) -> str:
        if outcome == DILUTE:
            rule = self.track.on_dilute
            self.dilutes += 1
            if rule == "hold" or (rule == "reset_if_repeated" and self.dilutes < 2):
                return HELD
        elif outcome not in self.track.reset_on:
            return HELD
        if self._restore is not None:
            level = self.last_paid if self._restore.to == "last_paid" else self.level
            self.remembered = level if self.remembered is None else max(self.remembered, level)
        self.level = self.run = self.row = self.last_paid = self.dilutes = 0
        self.reset_in_week = True
        return RESET

    def _is_too_soon(self, ordinal: int, minute: int | None) -> bool:
        """Whether the last paid visit is too near; without both times whole days are counted.

        It is measured from the last visit that counted, not from one that was itself too soon:
        otherwise somebody who comes every day would never be paid again.
        """
        if self.last_paid_at is None or self.track.min_hours_between is None:
            return False
        last_ordinal, last_minute = self.last_paid_at
        minutes = (ordinal - last_ordinal) * 1440
        if minute is not None and last_minute is not None:
            # Visits of one day come in the order in which they were recorded, not of their times.
            minutes = abs(minutes + minute - last_minute)
        return minutes < self.track.min_hours_between * 60

    def next_due(self) -> int:
        """What the next met visit would earn: this week while it has a place left, else the next."""
        phase = self.phase
        if phase is not None and self.done_in_week < phase.visits_per_week:
            return self._due_at(phase, self._next_level(phase, self.level, self.remembered, self.row))
        if phase is not None and self.week < phase.last_week:
            level = self.level if phase.rises == "visit" else self._level_after_week()
            return self._due_at(phase, self._next_level(phase, level, self.remembered, self.row))
        return self.state(max(self.week, 0) + 1).next_due or 0

    def state(self, week: int) -> LadderState:
        """Where the client stands in a program week; a week that is full means the one after it."""
        opens_week = week
        if self.phase is not None and self.week >= week and self.paid_in_week >= self.phase.visits_per_week:
            opens_week = self.week + 1
        if self.phase is not None and (
            week < self.week or (week == self.week and self.done_in_week >= self.phase.visits_per_week)
        ):
            week = self.week + (self.done_in_week >= self.phase.visits_per_week)
        ahead = self
        if week > self.week:
            ahead = self._copy()
            ahead.advance(max(week, 1))
        phase = ahead.phase
        restores_after = None
        if ahead.remembered and self._restore is not None:
            restores_after = self._restore.after - ahead.row
        if phase is None:
            return LadderState(
                self.track.behavior, self.unit, ahead.level, ahead.run, None, 0, restores_after, opens_week
            )
        level = self._next_level(phase, ahead.level, ahead.remembered, ahead.row)
        due = self._due_at(phase, level)
        bonus = due - phase.value(level)
        return LadderState(
            self.track.behavior, self.unit, ahead.level, ahead.run, due, bonus, restores_after, opens_week
        )

    def _next_level(self, phase: Phase, level: int, remembered: int | None, row: int) -> int:
        restore = self._restore
        if (
            remembered is not None
            and restore is not None
            and restore.takes_effect == "same"
            and row + 1 >= restore.after
        ):
            return _under(phase, max(level, remembered))
        return level

    def _due_at(self, phase: Phase, level: int) -> int:
        bonus = phase.run_bonus
        extra = bonus.amount if bonus is not None and (self.run + 1) % bonus.every == 0 else 0
        return phase.value(level) + extra

    def _copy(self) -> "Ladder":
        twin = Ladder(self.track)
        for name in Ladder.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin


def _under(phase: Phase, level: int) -> int:
    """The level, lowered to the first one whose value reaches the phase's cap."""
    top = phase.top_level
    return level if top is None or level <= top else top
