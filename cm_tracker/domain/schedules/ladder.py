"""One track's ladder during a replay: its level, its run, and what each visit is due.

A met visit pays the value of the level, and the level rises by the phase's rule. A target not met lowers the level,
mostly to 0, and sets the run back to 0; the ladder remembers the level, so that it can be restored. What is counted by
the week (paid visits, a reset, a restored level) is counted by the *period* where a phase says so: a period is one
program week, or two to four.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cm_tracker.domain.schedules.outcomes import DILUTE, MET, POSITIVE
from cm_tracker.domain.schedules.schedule import Phase, Track
from cm_tracker.domain.schedules.standing import FullPeriod, Standing, Stands, Taken

# Why a visit was paid what it was paid.
PAID = "paid"
RESET = "reset"
HELD = "held"
EXTRA = "extra"
TOO_SOON = "too_soon"
OUTSIDE = "outside"
BASELINE = "baseline"


class LadderState(NamedTuple):
    """A client's level, run and next payment on a track in a program week.

    `next_due` is None when no week is left, and `next_bonus` the bonuses in it. `restores_after` is how many more met
    visits in a row restore the remembered level, None if no level is remembered. `opens_week` is the program week
    from which the next visit can be paid: a later week if this period's paid visits are complete. `full` says what is
    missing for a full period, None if it earns no bonus or can no longer be full.
    """

    behavior: str
    unit: str
    level: int
    run: int
    next_due: int | None
    next_bonus: int
    restores_after: int | None
    opens_week: int
    full: FullPeriod | None = None


class Ladder:
    """The changing state of one track during a replay. Only `replay` changes it; read it through `state`."""

    __slots__ = (
        "_begins_in", "_restore", "dilutes", "done_in_period", "last_paid", "last_paid_at", "level", "met_since_reset",
        "paid", "paid_in_period", "paid_in_phase", "phase", "readings", "remembered", "reset_in_period",
        "restored_in_period", "run", "track", "unit", "week",
    )  # fmt: skip

    # A ladder stands in its current period.
    is_new = False

    def __init__(self, track: Track, begins_in: int = 1) -> None:
        self.track = track
        self.unit = track.pays
        self._restore = track.restore
        # The program week in which the behavior begins: a later one where a new version brought it.
        self._begins_in = begins_in
        self.phase: Phase | None = None
        self.week = 0
        self.level = track.start_level
        self.run = 0
        # For restoring: the level that was lost by a reset, the met visits in a row since then, and the
        # level at which the last met visit was paid.
        self.remembered: int | None = None
        self.met_since_reset = 0
        self.last_paid = 0
        self.dilutes = 0
        self.last_paid_at: tuple[int, int | None] | None = None
        # Every reading so far, and how many visits were paid.
        self.readings: list[int] = []
        self.paid = 0
        self.paid_in_phase = 0
        # What happened in the current period.
        self.done_in_period = 0
        self.paid_in_period = 0
        self.reset_in_period = False
        self.restored_in_period = False

    def advance(self, week: int) -> None:
        """End the program weeks before `week`, and start it. A week that is over is not started again."""
        if week <= self.week:
            return
        phase = self.phase
        if phase is None or phase.period_weeks == 1 or not self._is_in_period(phase, week):
            self._stand(self._in_new_period(week))
        self.week = week

    def standing(self, week: int) -> Stands:
        """Return where the ladder stands at the start of a program week, if no visit comes before it.

        In the current period, that is where it stands now.
        """
        phase = self.phase
        if week <= self.week or (phase is not None and phase.period_weeks > 1 and self._is_in_period(phase, week)):
            return self
        return self._in_new_period(week)

    def _in_new_period(self, week: int) -> Standing:
        phase = self.track.phase_in(week)
        closed = self._closed()
        return (
            closed if phase is not None and phase is self.phase else self._entered(closed, self.track, self.week, week)
        )

    def _closed(self) -> Standing:
        """Return where the ladder stands after its current period, in the same phase."""
        level = self._level_after_period()
        return Standing(
            self.phase, level, self.remembered, self.met_since_reset, self.last_paid, self.paid_in_phase, True
        )

    def _entered(self, standing: Standing, track: Track, after: int, until: int) -> Standing:
        """Return a standing by the rules of every phase of a track that begins after a week, up to another one."""
        _, level, remembered, met_since_reset, last_paid, paid_in_phase, is_new = standing
        for begun in track.phases:
            if after < begun.first_week <= until and begun.last_week >= self._begins_in:
                paid_in_phase = 0
                # The level with which a behavior begins holds in its first phase.
                if not begun.carry_level and begun.first_week > self._begins_in:
                    level, remembered, met_since_reset, last_paid = 0, None, 0, 0
                level = _under(begun, level)
        phase = track.phase_in(until)
        return Standing(phase, level, remembered, met_since_reset, last_paid, paid_in_phase, is_new)

    def _stand(self, standing: Standing) -> None:
        """Begin a new period as worked out."""
        self.phase, self.level, self.remembered, self.met_since_reset, self.last_paid, self.paid_in_phase, _ = standing
        self.done_in_period = self.paid_in_period = 0
        self.reset_in_period = self.restored_in_period = False

    def _is_in_period(self, phase: Phase, week: int) -> bool:
        return week <= phase.last_week and phase.period_of(week) == phase.period_of(self.week)

    def go_on_under(self, track: Track, week: int, is_first_day: bool, whys: Mapping[int, Sequence[str]]) -> None:
        """Go on with the track of another version, from a day of program week `week` on.

        Weeks that ended before that day are closed by the old track. `is_first_day` says whether it is the first
        day of its week, so that a phase that begins in that week is the new track's to begin. `whys` says by week why
        its visits were paid what they were paid: a version that begins inside a period counts them.
        """
        phase = track.phase_in(week)
        period = phase.weeks_of_period(week) if phase is not None else range(week, week + 1)
        old = self.phase
        if week > self.week:
            goes_on = (
                old is not None and old.period_weeks > 1 and self._is_in_period(old, week) and week != period.start
            )
            if goes_on or not is_first_day:
                self.advance(week)
            else:
                before = self._entered(self._closed(), self.track, self.week, week - 1)
                self._stand(self._entered(before, track, week - 1, week))
                self.week = week
        self.track = track
        self.unit = track.pays
        self._restore = track.restore
        self.phase = track.phase_in(self.week)
        if self.phase is not None:
            self.level = _under(self.phase, self.level)
        if (old is not None and old.period_weeks > 1) or len(period) > 1:
            taken = [why for of_week in period for why in whys.get(of_week, ()) if why not in (OUTSIDE, BASELINE)]
            self.done_in_period, self.paid_in_period = len(taken), taken.count(PAID)
            self.reset_in_period = RESET in taken

    def _level_after_period(self) -> int:
        """Return the level at which the next period of the same phase would start."""
        phase = self.phase
        if (
            phase is not None
            and phase.rises == "week"
            and self.paid_in_period >= phase.visits_per_week
            and not self.reset_in_period
            and (not self.restored_in_period or self.track.restore_week_rises)
        ):
            return _under(phase, self.level + 1)
        return self.level

    def read(self, reading: int) -> tuple[str, int | None]:
        """Add a reading of the current week. Return its outcome, and the highest reading that would have met.

        Where no rule decides readings in this week, these are "" and None.
        """
        rule = self.phase.reading if self.phase is not None else self.track.reading
        limit = rule.limit(self.readings) if rule is not None else None
        self.readings.append(reading)
        if limit is None:
            return "", None
        return MET if reading <= limit else POSITIVE, limit

    def take(
        self, outcome: str, also_negative: bool, ordinal: int, minute: int | None, reading: int | None = None
    ) -> Taken:
        """Add one visit of the current week. Return what it gets."""
        phase = self.phase
        if phase is None:
            return self._nothing(OUTSIDE)
        if phase.pays_nothing:
            return self._nothing(BASELINE)
        self.done_in_period += 1
        if outcome != MET:
            return self._not_met(outcome, phase)
        self.dilutes = 0
        if self.paid_in_period >= phase.visits_per_week or self._has_paid_most(phase, self.paid_in_phase):
            return self._nothing(EXTRA)
        if self.track.min_hours_between is not None and self._is_too_soon(ordinal, minute):
            return self._nothing(TOO_SOON)
        self.last_paid_at = (ordinal, minute)
        return self._pay(phase, also_negative, reading)

    def _nothing(self, why: str) -> Taken:
        return Taken(self.level, 0, 0, 0, 0, why)

    def _pay(self, phase: Phase, also_negative: bool, reading: int | None) -> Taken:
        """Pay a met visit, and let the ladder rise or come back."""
        self.paid += 1
        self.paid_in_phase += 1
        self.paid_in_period += 1
        self.run = run = self.run + 1
        level, jumps_to = self._level_of_paid(phase)
        self.last_paid = level
        after = level + 1 if phase.rises == "visit" else level
        if jumps_to is not None and jumps_to > after:
            after = jumps_to
        self.level = after if phase.cap is None and not phase.values else _under(phase, after)
        bonus = phase.run_bonus
        side = self.track.side_bonus
        rule = phase.reading
        return Taken(
            level,
            rule.amount(reading) if rule is not None and rule.scale else phase.value(level),
            bonus.amount if bonus is not None and run % bonus.every == 0 else 0,
            self._week_bonus(phase) if phase.week_bonus else 0,
            side.amount if side is not None and also_negative else 0,
            PAID,
        )

    def _level_of_paid(self, phase: Phase) -> tuple[int, int | None]:
        """Return the level at which a met visit is paid, and the one that comes back after it, None if none does."""
        level, remembered, restore = self.level, self.remembered, self._restore
        if remembered is None or restore is None:
            return level, None
        self.met_since_reset += 1
        if self.met_since_reset < restore.after:
            return level, None
        self.remembered = None
        self.met_since_reset = 0
        # Where there was nothing to win back, the period rises as any other does.
        self.restored_in_period = _under(phase, remembered) > level
        if restore.takes_effect == "same":
            return _under(phase, max(level, remembered)), None
        return level, remembered

    def has_paid_most(self, week: int) -> bool:
        """Return whether the most visits that are paid in the track, or in the phase of a week, are paid."""
        ahead = self.standing(max(week, 1))
        return ahead.phase is not None and self._has_paid_most(ahead.phase, ahead.paid_in_phase)

    def _has_paid_most(self, phase: Phase, paid_in_phase: int) -> bool:
        most, most_in_phase = self.track.most_paid, phase.most_paid
        return (most is not None and self.paid >= most) or (
            most_in_phase is not None and paid_in_phase >= most_in_phase
        )

    def _week_bonus(self, phase: Phase) -> int:
        """Return the bonus of a period that the visit just paid made full."""
        if phase.week_bonus and self.paid_in_period == phase.visits_per_week and not self.reset_in_period:
            return phase.week_bonus
        return 0

    def _not_met(self, outcome: str, phase: Phase) -> Taken:
        """Reset the ladder, or hold it."""
        taken = self._nothing(HELD)
        if outcome == DILUTE:
            rule = self.track.on_dilute
            self.dilutes += 1
            if rule == "hold" or (rule == "reset_if_repeated" and self.dilutes < 2):
                return taken
        elif outcome not in phase.reset_on:
            return taken
        if self._restore is not None:
            level = self.last_paid if self._restore.to == "last_paid" else self.level
            self.remembered = level if self.remembered is None else max(self.remembered, level)
        self.level = 0 if self.track.drop is None else max(self.level - self.track.drop, 0)
        self.run = self.met_since_reset = self.last_paid = self.dilutes = 0
        self.reset_in_period = True
        return taken._replace(why=RESET)

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
        """Return what the next met visit would earn, in this period or, if its places are used, in the next."""
        phase = self.phase
        if phase is None or phase.pays_nothing:
            return self._due(self.standing(max(self.week, 0) + 1))
        if self.done_in_period < phase.visits_per_week:
            return self._due(self)
        return self._due(self.standing(phase.weeks_of_period(self.week).stop))

    def state(self, week: int) -> LadderState:
        """Return the state in a program week; if the visits of its period are complete, in the period after it."""
        opens_week = week
        phase = self.phase
        if phase is not None:
            period = phase.weeks_of_period(self.week)
            if self.week >= week or week in period:
                if self.paid_in_period >= phase.visits_per_week:
                    opens_week = period.stop
                week = period.stop if self.done_in_period >= phase.visits_per_week else max(week, self.week)
        ahead = self.standing(max(week, 1))
        restores_after = None
        if ahead.remembered and self._restore is not None:
            restores_after = self._restore.after - ahead.met_since_reset
        due, bonus, full = None, 0, None
        if ahead.phase is not None:
            due = self._due(ahead)
            bonus = max(due - _amount(ahead.phase, self._level_at_next(ahead.phase, ahead)), 0)
            full = self._missing_for_full(ahead.phase, ahead)
        return LadderState(
            self.track.behavior, self.unit, ahead.level, self.run, due, bonus, restores_after, opens_week, full
        )

    def _missing_for_full(self, phase: Phase, standing: Stands) -> FullPeriod | None:
        """Return what a period still needs to be full, None where no bonus can be earned in it any more."""
        paid, is_spoiled = (0, False) if standing.is_new else (self.paid_in_period, self.reset_in_period)
        visits = phase.visits_per_week - paid
        limits = ((self.track.most_paid, self.paid), (phase.most_paid, standing.paid_in_phase))
        is_possible = all(most is None or were_paid + visits <= most for most, were_paid in limits)
        if not phase.week_bonus or is_spoiled or visits < 1 or not is_possible:
            return None
        return FullPeriod(visits, phase.week_bonus, phase.period_weeks)

    def _level_at_next(self, phase: Phase, standing: Stands) -> int:
        """Return the level at which the next met visit would be paid."""
        restore, remembered = self._restore, standing.remembered
        if (
            remembered is not None
            and restore is not None
            and restore.takes_effect == "same"
            and standing.met_since_reset + 1 >= restore.after
        ):
            return _under(phase, max(standing.level, remembered))
        return standing.level

    def _due(self, standing: Stands) -> int:
        """Return what the next met visit would earn; 0 in no phase."""
        phase = standing.phase
        if phase is None or phase.pays_nothing or self._has_paid_most(phase, standing.paid_in_phase):
            return 0
        bonus = phase.run_bonus
        due = _amount(phase, self._level_at_next(phase, standing))
        if bonus is not None and (self.run + 1) % bonus.every == 0:
            due += bonus.amount
        if phase.week_bonus:
            paid, is_spoiled = (0, False) if standing.is_new else (self.paid_in_period, self.reset_in_period)
            if paid + 1 == phase.visits_per_week and not is_spoiled:
                due += phase.week_bonus
        return due

    def copy(self) -> "Ladder":
        """Return a ladder with the same state, for a version that holds after the last visit."""
        twin = Ladder(self.track)
        for name in Ladder.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin


def _amount(phase: Phase, level: int) -> int:
    """Return the ladder amount of the next met visit at a level: with a scale, that of its first step."""
    rule = phase.reading
    return rule.amount(None) if rule is not None and rule.scale else phase.value(level)


def _under(phase: Phase, level: int) -> int:
    """Return the level, lowered to the first one whose value reaches the phase's cap."""
    top = phase.top_level
    return level if top is None or level <= top else top
