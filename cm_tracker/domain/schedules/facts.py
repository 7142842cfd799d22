"""What somebody has to know of a schedule to choose it: what is tested, how often, what it pays, how long, at what cost.

All of it is worked out from the document. A track of a breath test, a reading or an activity does not always say what it
looks for; whoever asks can name it, by its kind or as an analyte.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cm_tracker.domain.money import DOLLARS
from cm_tracker.domain.schedules.analytes import GROUPS
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import EXTRA, PAID
from cm_tracker.domain.schedules.rehearsal import best_case, most_earned
from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track

STIMULANTS, OPIOIDS, CANNABIS, OTHER_DRUGS = "stimulants", "opioids", "cannabis", "other_drugs"
ALCOHOL, SMOKING, ATTENDANCE, GOALS, MEDICATION = "alcohol", "smoking", "attendance", "goals", "medication"
# In the order in which a page names them.
KINDS = (STIMULANTS, OPIOIDS, CANNABIS, OTHER_DRUGS, ALCOHOL, SMOKING, ATTENDANCE, GOALS, MEDICATION)

_KIND_OF_ANALYTE = {
    **dict.fromkeys(("stimulant", *GROUPS["stimulant"], "mdma", "cathinone"), STIMULANTS),
    **dict.fromkeys(("opioid", *GROUPS["opioid"]), OPIOIDS),
    **dict.fromkeys(("methadone", "eddp", "buprenorphine", "tramadol", "propoxyphene"), OPIOIDS),
    **dict.fromkeys(("thc", "synthetic-cannabinoid"), CANNABIS),
    **dict.fromkeys(("alcohol", "etg"), ALCOHOL),
    "cotinine": SMOKING,
}
_KIND_OF_EVIDENCE = {"attendance": ATTENDANCE, "hours": ATTENDANCE, "activity": GOALS}
# Carbon monoxide is the only reading in it.
_UNIT_OF_SMOKING = "ppm"


@dataclass(frozen=True, slots=True)
class Often:
    """So many visits in each period of `period_weeks` weeks; without a period, so many in all."""

    visits: int
    period_weeks: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is tested, how often, what it pays, how many weeks, and the most that it costs.

    `tested` has kinds of `KINDS`, and `analytes` what is looked for in urine. `often` has the phases of each track one
    after the other. `visits_a_week` is the most of any track in a week. `points_cents` is the most that points pay; `draws_cents` is what the most draws are worth on average.

    `visits` has what each visit of a client pays who meets every target, one after the other, and `values` the lowest
    and the highest value of the ladder among them. Both are in the one unit that is paid; they are empty where there
    are two. `first` is the value of the first visit that is paid; None where its reading decides.
    """

    tested: tuple[str, ...]
    analytes: tuple[str, ...]
    often: tuple[tuple[Often, ...], ...]
    visits_a_week: int
    weeks: int
    pays: tuple[str, ...]
    points_cents: int
    draws: int
    draws_cents: int
    currency: str = DOLLARS
    visits: tuple[int, ...] = ()
    values: tuple[int, ...] = ()
    point_value_cents: int = 0
    first: int | None = None

    @property
    def cents(self) -> int:
        """Return what a client costs at most: what points pay, and draws on average."""
        return self.points_cents + self.draws_cents


def facts_of(schedule: Schedule, named: Mapping[str, str] | None = None) -> Facts:
    """Return the facts of a schedule. `named` says what tracks look for, by their behavior: a kind or an analyte."""
    most = most_earned(schedule)
    analytes = tuple(dict.fromkeys(analyte for track in schedule.tracks for analyte in _analytes(track, named or {})))
    draws = most["draws"]
    paid_units = {track.pays for track in schedule.tracks}
    # Visits beyond the places of a week are left out: nobody would come for them.
    shown = [result for result in best_case(schedule) if result.why != EXTRA] if len(paid_units) == 1 else []
    values = [value for result in shown if result.why == PAID for value in _values(schedule, result)]
    return Facts(
        tested=_tested(schedule, analytes, named or {}),
        analytes=analytes,
        often=_in_all(tuple(dict.fromkeys(_often(track) for track in schedule.tracks))),
        visits_a_week=max(-(-phase.visits_per_week // phase.period_weeks) for phase in _phases(schedule)),
        weeks=schedule.last_week,
        pays=tuple(unit for unit in ("points", "draws") if unit in paid_units),
        points_cents=most["cents"],
        draws=draws,
        draws_cents=draws * schedule.bowl.total_cents // schedule.bowl.size if schedule.bowl else 0,
        currency=schedule.currency,
        visits=tuple(result.paid for result in shown),
        values=(min(values), max(values)) if values else (),
        point_value_cents=schedule.point_value_cents,
        first=next((_first(schedule, result) for result in shown if result.why == PAID), None),
    )


def _first(schedule: Schedule, result: Result) -> int | None:
    track = schedule.track(result.behavior)
    rule = track.reading_in(result.week) if track else None
    return None if rule is not None and rule.scale else result.ladder


def _values(schedule: Schedule, result: Result) -> Iterable[int]:
    """Return what the ladder pays for a visit: its value, or every amount of a scale."""
    track = schedule.track(result.behavior)
    rule = track.reading_in(result.week) if track else None
    return [step.amount for step in rule.scale] if rule is not None and rule.scale else [result.ladder]


def kind_of(analyte: str) -> str:
    """Return the kind of a test for an analyte."""
    return _KIND_OF_ANALYTE.get(analyte, OTHER_DRUGS)


def _analytes(track: Track, named: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a track looks for in urine. What only earns a side bonus is left out: nobody needs to test for it."""
    if track.evidence == "drug_test":
        return (*track.target, *(analyte for phase in track.phases for analyte in phase.target))
    name = named.get(track.behavior)
    return (name,) if name is not None and name not in KINDS else ()


def _tested(schedule: Schedule, analytes: tuple[str, ...], named: Mapping[str, str]) -> tuple[str, ...]:
    found = {kind_of(analyte) for analyte in analytes} | {_kind(track, named) for track in schedule.tracks}
    return tuple(kind for kind in KINDS if kind in found)


def _kind(track: Track, named: Mapping[str, str]) -> str | None:
    """Return the kind of what a track looks for, if it is not in urine."""
    if track.evidence == "drug_test":
        return None
    if track.behavior in named:
        return named[track.behavior]
    if track.reading is not None and track.reading.unit == _UNIT_OF_SMOKING:
        return SMOKING
    return _KIND_OF_EVIDENCE.get(track.evidence)


def _phases(schedule: Schedule) -> list[Phase]:
    return [phase for track in schedule.tracks for phase in track.phases]


def _often(track: Track) -> tuple[Often, ...]:
    """Return the visits of a track's phases, without what is the same as before.

    Where every phase limits how many visits are paid, that is how many there are in all.
    """
    limits = [phase.most_paid for phase in track.phases if not phase.pays_nothing]
    in_all = sum(most for most in limits if most is not None) if None not in limits else None
    if track.most_paid is not None:
        in_all = track.most_paid if in_all is None else min(in_all, track.most_paid)
    if in_all is not None:
        return (Often(in_all, None),)
    often: list[Often] = []
    for phase in track.phases:
        one = Often(phase.visits_per_week, phase.period_weeks)
        if not often or often[-1] != one:
            often.append(one)
    return tuple(often)


def _in_all(tracks: tuple[tuple[Often, ...], ...]) -> tuple[tuple[Often, ...], ...]:
    """Return one sum where every track says how many visits there are in all."""
    alone = [often[0] for often in tracks if len(often) == 1 and often[0].period_weeks is None]
    return ((Often(sum(one.visits for one in alone), None),),) if len(alone) == len(tracks) else tracks
