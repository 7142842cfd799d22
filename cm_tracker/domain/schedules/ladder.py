"""One track's ladder during a replay: its level, its run, and what each visit is due.

A met visit pays the value of the level, and the level rises by the phase's rule. A target not met sets level and run
back to 0, and the ladder remembers the level, so that it can be restored.
"""

from typing import NamedTuple

from cm_tracker.domain.schedules.outcomes import DILUTE, MET
from cm_tracker.domain.schedules.schedule import Phase, Track

# Why a visit was paid what it was paid.
PAID = "paid"
RESET = "reset"
HELD = "held"
EXTRA = "extra"
TOO_SOON = "too_soon"
OUTSIDE = "outside"


class LadderState(NamedTuple):
    """A client's level, run and next payment on a track in a program week.

    `next_due` is None when no week is left. `restores_after` is how many more met visits in a row
    restore the remembered level, None if no level is remembered. `opens_week` is the program week
    from which the next visit can be paid: a later week if this one's paid visits are complete.
    """

    behavior: str
    unit: str
    level: int
    run: int
    next_due: int | None
    next_run_bonus: int
    restores_after: int | None
    opens_week: int


class Ladder:
    """The changing state of one track during a replay. Only `replay` changes it; read it through `state`."""

    __slots__ = (
        "_restore", "dilutes", "done_in_week", "last_paid", "last_paid_at", "level", "met_since_reset", "paid_in_week",
        "phase", "remembered", "reset_in_week", "restored_in_week", "run", "track", "unit", "week",
    )  # fmt: skip

    def __init__(self, track: Track) -> None:
        self.track = track
        self.unit = track.pays
        self._restore = track.restore
        self.phase: Phase | None = None
        self.week = 0
        self.level = 0
        self.run = 0
        # For restoring: the level that was lost by a reset, the met visits in a row since then, and the
        # level at which the last met visit was paid.
        self.remembered: int | None = None
        self.met_since_reset = 0
        self.last_paid = 0
        self.dilutes = 0
        self.last_paid_at: tuple[int, int | None] | None = None
        # What happened in the current program week.
        self.done_in_week = 0
        self.paid_in_week = 0
        self.reset_in_week = False
        self.restored_in_week = False

    def advance(self, week: int) -> None:
        """End the current program week and start `week`."""
        if week < self.week:
            return
        self.level = self._level_after_week()
        phase = self.track.phase_in(week)
        if phase is not self.phase:
            self._enter_phases(week)
        self.phase = phase
        self._begin_week(week)

    def go_on_under(self, track: Track, week: int, is_first_day: bool) -> None:
        """Go on with the track of another version, from a day of program week `week` on.

        Weeks that ended before that day are closed by the old track. `is_first_day` says whether it is the first
        day of its week, so that a phase that begins in that week is the new track's to begin.
        """
        if week > self.week:
            if is_first_day:
                self.level = self._level_after_week()
                self._enter_phases(week - 1)
                self.week = week - 1
                self.track = track
                self._enter_phases(week)
                self._begin_week(week)
            else:
                self.advance(week)
        self.track = track
        self.unit = track.pays
        self._restore = track.restore
        self.phase = track.phase_in(self.week)
        if self.phase is not None:
            self.level = _under(self.phase, self.level)

    def _begin_week(self, week: int) -> None:
        self.week = week
        self.done_in_week = self.paid_in_week = 0
        self.reset_in_week = self.restored_in_week = False

    def _enter_phases(self, week: int) -> None:
        """Apply the rules of every phase that begins after the current week, up to `week`."""
        for begun in self.track.phases:
            if self.week < begun.first_week <= week:
                if not begun.carry_level:
                    self.level = 0
                    self.remembered = None
                    self.met_since_reset = 0
                    self.last_paid = 0
                self.level = _under(begun, self.level)

    def _level_after_week(self) -> int:
        """Return the level at which the next program week of the same phase would start."""
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
        """Add one visit of the current week. Return its level, ladder amount, run bonus, side bonus and `why`."""
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
        if self.track.min_hours_between is not None and self._is_too_soon(ordinal, minute):
            return level, 0, 0, 0, TOO_SOON
        self.last_paid_at = (ordinal, minute)
        self.paid_in_week += 1
        self.run = run = self.run + 1
        jumps_to = None
        remembered = self.remembered
        if remembered is not None and self._restore is not None:
            self.met_since_reset += 1
            if self.met_since_reset >= self._restore.after:
                self.remembered = None
                self.met_since_reset = 0
                # Where there was nothing to win back, the week rises as any other does.
                self.restored_in_week = _under(phase, remembered) > level
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
        self.level = self.run = self.met_since_reset = self.last_paid = self.dilutes = 0
        self.reset_in_week = True
        return RESET

    def _is_too_soon(self, ordinal: int, minute: int | None) -> bool:
        """Whether the last paid visit is less than `min_hours_between` ago; whole days if a time is unknown.

        The time is measured from the last visit that counted, not from one that was itself too soon.
        Otherwise a client who comes every day would never be paid again.
        """
        if self.last_paid_at is None or self.track.min_hours_between is None:
            return False
        last_ordinal, last_minute = self.last_paid_at
        minutes = (ordinal - last_ordinal) * 1440
        if minute is not None and last_minute is not None:
            # Visits of one day are in the order in which they were recorded, which may differ from their times.
            minutes = abs(minutes + minute - last_minute)
        return minutes < self.track.min_hours_between * 60

    def next_due(self) -> int:
        """Return what the next met visit would earn, this week or, if its visits are complete, the next."""
        phase = self.phase
        if phase is not None and self.done_in_week < phase.visits_per_week:
            return self._due_at(phase, self._next_level(phase, self.level, self.remembered, self.met_since_reset))
        if phase is not None and self.week < phase.last_week:
            level = self.level if phase.rises == "visit" else self._level_after_week()
            return self._due_at(phase, self._next_level(phase, level, self.remembered, self.met_since_reset))
        return self.state(max(self.week, 0) + 1).next_due or 0

    def state(self, week: int) -> LadderState:
        """Return the state in a program week; if the visits of that week are complete, in the one after it."""
        opens_week = week
        if self.phase is not None and self.week >= week and self.paid_in_week >= self.phase.visits_per_week:
            opens_week = self.week + 1
        if self.phase is not None and (
            week < self.week or (week == self.week and self.done_in_week >= self.phase.visits_per_week)
        ):
            week = self.week + (self.done_in_week >= self.phase.visits_per_week)
        ahead = self
        if week > self.week:
            ahead = self.copy()
            ahead.advance(max(week, 1))
        phase = ahead.phase
        restores_after = None
        if ahead.remembered and self._restore is not None:
            restores_after = self._restore.after - ahead.met_since_reset
        if phase is None:
            return LadderState(
                self.track.behavior, self.unit, ahead.level, ahead.run, None, 0, restores_after, opens_week
            )
        level = self._next_level(phase, ahead.level, ahead.remembered, ahead.met_since_reset)
        due = self._due_at(phase, level)
        bonus = due - phase.value(level)
        return LadderState(
            self.track.behavior, self.unit, ahead.level, ahead.run, due, bonus, restores_after, opens_week
        )

    def _next_level(self, phase: Phase, level: int, remembered: int | None, met_since_reset: int) -> int:
        restore = self._restore
        if (
            remembered is not None
            and restore is not None
            and restore.takes_effect == "same"
            and met_since_reset + 1 >= restore.after
        ):
            return _under(phase, max(level, remembered))
        return level

    def _due_at(self, phase: Phase, level: int) -> int:
        bonus = phase.run_bonus
        extra = bonus.amount if bonus is not None and (self.run + 1) % bonus.every == 0 else 0
        return phase.value(level) + extra

    def copy(self) -> "Ladder":
        """Return a ladder with the same state."""
        twin = Ladder(self.track)
        for name in Ladder.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin


def _under(phase: Phase, level: int) -> int:
    """Return the level, lowered to the first one whose value reaches the phase's cap."""
    top = phase.top_level
    return level if top is None or level <= top else top
