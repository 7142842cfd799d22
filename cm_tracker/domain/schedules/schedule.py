"""A reinforcement schedule as values.

A schedule is data: a JSON document of the format `cm-schedule/1` or `cm-schedule/2`. `parse` turns a
document into the frozen values below, and the engine reads nothing else. The docstring of each class
says what its keys mean. All amounts are whole numbers, money is in hundredths of the currency, and weeks
are program weeks, counted from the enrollment's first day.
"""

from dataclasses import dataclass, replace
from typing import Any

from cm_tracker.domain.errors import BadSchedule
from cm_tracker.domain.money import DOLLARS, ProgramMoney
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.readings import ReadingRule, is_of_cup, parse_rule

# The format of new documents. Those of the first format mean the same as without the keys of the second.
FORMAT = "cm-schedule/1"
# The kinds of evidence that are tests.
TESTS = ("drug_test", "breath_test", "reading")


@dataclass(frozen=True, slots=True)
class RunBonus:
    """A bonus of `amount` for each met visit that brings the run to a multiple of `every`."""

    every: int
    amount: int


@dataclass(frozen=True, slots=True)
class Phase:
    """Program weeks `first_week` to `last_week`, paid by one ladder.

    The value of level L is min(base + step * L, cap), or the one at place L of `values` where these are listed.
    `visits_per_week` is also the most visits that can be paid in one *period*: `period_weeks` program weeks, counted
    from the phase's first week. The level rises after each paid visit (`rises` is `visit`) or after each full period
    (`week`), which also earns the `week_bonus`. `most_paid` limits the paid visits of the phase. Where `carry_level` is
    false, the phase starts at level 0 and forgets the level that could be restored; the run of met visits goes on.

    `reset_on`, `target` and `reading` are the phase's own or, where it has none, the track's. A phase that
    `pays_nothing` records visits, which change nothing: a washout, or a baseline.
    """

    first_week: int
    last_week: int
    visits_per_week: int
    base: int
    step: int
    cap: int | None
    rises: str
    run_bonus: RunBonus | None
    carry_level: bool
    reset_on: frozenset[str] = frozenset()
    target: tuple[str, ...] = ()
    reading: ReadingRule | None = None
    values: tuple[int, ...] = ()
    period_weeks: int = 1
    week_bonus: int | None = None
    most_paid: int | None = None
    pays_nothing: bool = False

    def value(self, level: int) -> int:
        """Return what a met visit at `level` pays before bonuses, in the track's unit."""
        if self.values:
            return self.values[min(level, len(self.values) - 1)]
        amount = self.base + self.step * level
        return amount if self.cap is None or amount < self.cap else self.cap

    @property
    def top_level(self) -> int | None:
        """The first level whose value reaches the cap, or the last listed one; None if a ladder has no top."""
        if self.values:
            return len(self.values) - 1
        if self.cap is None:
            return None
        if self.cap <= self.base:
            return 0
        if self.step == 0:
            return None
        return -(-(self.cap - self.base) // self.step)

    def period_of(self, week: int) -> int:
        """Return the number of the period in which a week of the phase lies, from 0."""
        return (week - self.first_week) // self.period_weeks

    def weeks_of_period(self, week: int) -> range:
        """Return the weeks of the period in which a week of the phase lies; the phase's last one may be shorter."""
        first = self.first_week + self.period_of(week) * self.period_weeks
        return range(first, min(first + self.period_weeks - 1, self.last_week) + 1)


@dataclass(frozen=True, slots=True)
class Restore:
    """How a level that was lost by a reset comes back: after `after` met visits in a row.

    `takes_effect` says whether the last of these visits is paid at the old level already (`same`) or
    the visit after it (`next`). `to` says which level comes back: the one of the last paid visit
    (`last_paid`) or the one that was due next (`next_due`).
    """

    after: int
    takes_effect: str
    to: str


@dataclass(frozen=True, slots=True)
class SideBonus:
    """A bonus of `amount` for a met visit whose analytes in `also_negative` are all negative, too."""

    also_negative: tuple[str, ...]
    amount: int


@dataclass(frozen=True, slots=True)
class Track:
    """One target behavior with a ladder of its own.

    `target` names the analytes of a drug test that must be negative, `reading` is the rule that decides a number, and
    `hours` are how many attended hours meet a week. `reset_on` lists the outcomes that reset the ladder: to level 0, or
    by `drop` levels. `restore_week_rises` says whether a week in which the level was restored can still raise a weekly
    ladder. An enrollment begins at `start_level`, and at most `most_paid` of its visits are paid.
    """

    behavior: str
    title: str
    evidence: str
    target: tuple[str, ...]
    pays: str
    phases: tuple[Phase, ...]
    reset_on: frozenset[str]
    restore: Restore | None
    restore_week_rises: bool
    on_dilute: str
    side_bonus: SideBonus | None
    min_hours_between: int | None
    reading: ReadingRule | None = None
    hours: int | None = None
    start_level: int = 0
    drop: int | None = None
    most_paid: int | None = None

    @property
    def last_week(self) -> int:
        """The last program week that any phase covers."""
        return self.phases[-1].last_week

    def phase_in(self, week: int) -> Phase | None:
        """Return the phase of a program week, or None if no phase covers it."""
        for phase in self.phases:
            if phase.first_week <= week <= phase.last_week:
                return phase
        return None

    def places_in_day(self, week: int) -> int:
        """Return how many visits a day of a program week can have: 1, or more if more than one a day are paid."""
        phase = self.phase_in(week)
        return -(-phase.visits_per_week // (7 * phase.period_weeks)) if phase else 1

    def reading_in(self, week: int) -> ReadingRule | None:
        """Return the rule that decides a reading in a program week."""
        phase = self.phase_in(week)
        return phase.reading if phase else self.reading

    def in_week(self, week: int) -> "Track":
        """Return the track with what a phase can have of its own as it is in a program week: target, rule, resets."""
        phase = self.phase_in(week)
        if phase is None or (phase.target, phase.reading, phase.reset_on) == (self.target, self.reading, self.reset_on):
            return self
        return replace(self, target=phase.target, reading=phase.reading, reset_on=phase.reset_on)

    @property
    def is_test(self) -> bool:
        """Return whether a test decides: of a specimen, of the breath, or by a number."""
        return self.evidence in TESTS

    @property
    def has_cup(self) -> bool:
        """Return whether the test is of a cup, which has a label and a temperature."""
        if self.reading is not None:
            return is_of_cup(self.reading.unit)
        return self.evidence == "drug_test"

    @property
    def counts_by_week(self) -> bool:
        """Return whether nothing but the program week limits how many visits are paid."""
        limits = [self.most_paid, *(phase.most_paid for phase in self.phases)]
        return all(most is None for most in limits) and all(phase.period_weeks == 1 for phase in self.phases)

    @property
    def analytes(self) -> tuple[str, ...]:
        """Every analyte that can change what a visit earns: first the targets', then the side bonus's."""
        extra = self.side_bonus.also_negative if self.side_bonus else ()
        return tuple(dict.fromkeys([*self.targets, *extra]))

    @property
    def targets(self) -> tuple[str, ...]:
        """Every analyte that has to be negative in some phase: first the track's own."""
        return tuple(dict.fromkeys([*self.target, *(a for phase in self.phases for a in phase.target)]))


@dataclass(frozen=True, slots=True)
class Slip:
    """`count` slips of one tier in a bowl, each worth `cents` at retail."""

    tier: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Bowl:
    """The slips of a prize draw. A slip goes back into the bowl after each draw."""

    name: str
    slips: tuple[Slip, ...]

    @property
    def size(self) -> int:
        """How many slips the bowl holds."""
        return sum(slip.count for slip in self.slips)

    @property
    def total_cents(self) -> int:
        """The worth of all slips. Divided by `size`, it is what a draw is worth on average."""
        return sum(slip.count * slip.cents for slip in self.slips)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most `cents` are paid within `scope`.

    That is one visit (`award`), a `month`, a `calendar_year`, a year that begins on `first_day` (month and day;
    `year_from`), the day and the `days` - 1 before it (`rolling`), an `enrollment`, or all enrollments (`lifetime`).
    """

    scope: str
    cents: int
    first_day: tuple[int, int] | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole schedule document."""

    name: str
    source: str
    point_value_cents: int
    tracks: tuple[Track, ...]
    bowl: Bowl | None
    ceilings: tuple[Ceiling, ...]
    corrections: str
    currency: str = DOLLARS

    def track(self, behavior: str) -> Track | None:
        """Return the track of a behavior, or None if the schedule has none."""
        for track in self.tracks:
            if track.behavior == behavior:
                return track
        return None

    @property
    def money(self) -> ProgramMoney:
        """What the schedule pays in. A published version pays in the program's money."""
        return ProgramMoney(self.point_value_cents, self.currency)

    @property
    def last_week(self) -> int:
        """The last program week of the longest track."""
        return max(track.last_week for track in self.tracks)


def parse(document: object) -> Schedule:
    """Return the schedule of a parsed JSON document (dicts, lists, numbers, strings).

    Raise `BadSchedule` with all problems of the document.
    """
    if document_problems := problems(document):
        raise BadSchedule(problems=document_problems)
    assert isinstance(document, dict)
    bowl = document.get("bowl")
    return Schedule(
        name=document["name"],
        source=document["source"],
        point_value_cents=document["point_value_cents"],
        tracks=tuple(_track(track) for track in document["tracks"]),
        bowl=bowl and Bowl(bowl["name"], tuple(Slip(s["tier"], s["count"], s["cents"]) for s in bowl["slips"])),
        ceilings=tuple(_ceiling(ceiling) for ceiling in document.get("ceilings") or ()),
        corrections=document["corrections"],
        currency=document.get("currency", DOLLARS),
    )


def _ceiling(ceiling: dict[str, Any]) -> Ceiling:
    first_day = None
    if "from" in ceiling:
        month, day = ceiling["from"].split("-")
        first_day = int(month), int(day)
    return Ceiling(ceiling["scope"], ceiling["cents"], first_day, ceiling.get("days"))


def _track(track: dict[str, Any]) -> Track:
    restore, side = track.get("restore"), track.get("side_bonus")
    reading = track.get("reading") and parse_rule(track["reading"])
    reset_to = track.get("reset_to", "zero")
    return Track(
        behavior=track["behavior"],
        title=track["title"],
        evidence=track["evidence"],
        target=tuple(track.get("target") or ()),
        pays=track["pays"],
        phases=tuple(_phase(phase, track, reading) for phase in track["phases"]),
        reset_on=frozenset(track["reset_on"]),
        restore=restore and Restore(restore["after"], restore["takes_effect"], restore["to"]),
        restore_week_rises=track["restore_week_rises"],
        on_dilute=track["on_dilute"],
        side_bonus=side and SideBonus(tuple(side["also_negative"]), side["amount"]),
        min_hours_between=track.get("min_hours_between"),
        reading=reading,
        hours=track.get("hours"),
        start_level=track.get("start_level", 0),
        drop=reset_to["drop"] if reset_to != "zero" else None,
        most_paid=track.get("most_paid"),
    )


def _phase(phase: dict[str, Any], track: dict[str, Any], reading: ReadingRule | None) -> Phase:
    bonus, own_resets = phase.get("run_bonus"), phase.get("reset_on")
    first, last = phase["weeks"]
    return Phase(
        first_week=first,
        last_week=last,
        visits_per_week=phase["visits_per_week"],
        base=phase.get("base", 0),
        step=phase.get("step", 0),
        cap=phase.get("cap"),
        rises=phase["rises"],
        run_bonus=bonus and RunBonus(bonus["every"], bonus["amount"]),
        carry_level=phase["carry_level"],
        reset_on=frozenset(track["reset_on"] if own_resets is None else own_resets),
        target=tuple(phase.get("target") or track.get("target") or ()),
        reading=parse_rule(phase["reading"]) if phase.get("reading") else reading,
        values=tuple(phase.get("values") or ()),
        period_weeks=phase.get("period_weeks", 1),
        week_bonus=phase.get("week_bonus"),
        most_paid=phase.get("most_paid"),
        pays_nothing=phase.get("pays_nothing", False),
    )
