"""Small schedules for trying out a few keys of a document, and the lines that say what they do.

A document that somebody is editing can be wrong at any place. So each worked line takes only the keys that it is about,
puts them into a plain schedule of one track, and lets the engine work out some visits. Where a key is empty or wrong, a
plain value takes its place, and the line says which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cm_tracker.domain.errors import BadSchedule
from cm_tracker.domain.money import DOLLARS, ProgramMoney
from cm_tracker.domain.phrases import joined, phrase
from cm_tracker.domain.schedules.check import MOST_VISITS, MOST_WEEKS, PAYS, SECOND_FORMAT
from cm_tracker.domain.schedules.currencies import CODES
from cm_tracker.domain.schedules.difference_lines import Unit
from cm_tracker.domain.schedules.engine import Result, replay
from cm_tracker.domain.schedules.outcomes import NOT_MET
from cm_tracker.domain.schedules.rehearsal import START, lay_out, weeks_of
from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track, parse
from cm_tracker.domain.schedules.value_check import MOST

PLAIN_PHASE: dict[str, Any] = {
    "weeks": [1, 12],
    "visits_per_week": 3,
    "base": 10,
    "step": 5,
    "rises": "visit",
    "carry_level": False,
}
PLAIN_TRACK: dict[str, Any] = {
    "behavior": "plain",
    "title": "Plain",
    "evidence": "attendance",
    "reset_on": list(NOT_MET),
    "restore_week_rises": False,
    "on_dilute": "hold",
}
PLAIN_BOWL = {"name": "Plain", "slips": [{"tier": "small", "count": 1, "cents": 100}]}
PLAIN_CENTS = 25
LADDER = ("base", "step", "cap", "values", "rises", "visits_per_week", "period_weeks", "pays_nothing")
_NEEDS_NO_LADDER = ("base", "step", "cap")


@dataclass(frozen=True, slots=True)
class WorkedLine:
    """What a key does, worked out for a few visits. `given` is the plain value in place of an empty or wrong one."""

    says: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A schedule of one track. The lines are about its last phase."""

    schedule: Schedule

    @property
    def track(self) -> Track:
        """Return its only track."""
        return self.schedule.tracks[0]

    @property
    def phase(self) -> Phase:
        """Return the last phase."""
        return self.track.phases[-1]

    @property
    def unit(self) -> Unit:
        """Return what the track pays in."""
        return Unit(self.track.pays, self.schedule.money)

    def results(self, outcomes: Sequence[str], *, also_negative: bool = False) -> list[Result]:
        """Return what visits with these outcomes earn from week 1 on, as many in a week as are paid."""
        weeks = weeks_of(self.track, outcomes)
        also = [[also_negative] * len(week) for week in weeks]
        return replay(self.schedule, START, lay_out(self.track, weeks, also)).results


@dataclass(frozen=True, slots=True)
class Samples:
    """Makes samples for one track of a document."""

    pays: str
    money: ProgramMoney

    def plain(self, points: int, draws: int) -> int:
        """Return a plain amount, by what the track pays: a draw is worth more than a point."""
        return points if self.pays == "points" else draws

    def of(self, phases: Sequence[Mapping[str, Any]], **track: Any) -> Sample | None:
        """Return the sample of a track with these phases and keys, or None where the check finds a problem in them."""
        made = {**PLAIN_TRACK, "pays": self.pays, **track, "phases": [_whole(phase) for phase in phases]}
        document = {
            "format": SECOND_FORMAT,
            "name": "Plain",
            "source": "Plain",
            "currency": self.money.currency,
            "point_value_cents": self.money.point_value_cents,
            "tracks": [made],
            "bowl": PLAIN_BOWL if self.pays == "draws" else None,
            "corrections": "keep",
        }
        try:
            return Sample(parse(document))
        except BadSchedule:
            return None


def each_worth(unit: Unit, amounts: Sequence[int]) -> str:
    """Return amounts with their unit at the end, and their money: 10, 15, 20 points ($2.50, $3.75, $5.00)."""
    if len(amounts) == 1:
        return unit.worth(amounts[0])
    words = ", ".join(f"{amount:,}" for amount in amounts)
    if unit.pays != "points":
        return phrase("%(amounts)s draws", amounts=words)
    money = ", ".join(map(unit.in_money, amounts))
    return phrase("%(amounts)s points (%(money)s)", amounts=words, money=money)


def both(words: Sequence[str]) -> str:
    """Return words with *and* before the last one."""
    *before, last = words
    return phrase("%(before)s and %(last)s", before=joined(before), last=last) if before else last


def either(words: Sequence[str]) -> str:
    """Return words with *or* before the last one."""
    *before, last = words
    return phrase("%(before)s or %(last)s", before=joined(before), last=last) if before else last


def samples_for(document: Mapping[str, Any], track: Mapping[str, Any]) -> Samples:
    """Return what makes samples for a track of a document."""
    cents, pays = document.get("point_value_cents"), track.get("pays")
    currency = document.get("currency")
    return Samples(
        pays if isinstance(pays, str) and pays in PAYS else "points",
        ProgramMoney(
            cents if type(cents) is int and 0 < cents <= MOST else PLAIN_CENTS,
            currency if isinstance(currency, str) and currency in CODES else DOLLARS,
        ),
    )


def chosen(keys: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return those of some keys that are filled in."""
    return {name: keys[name] for name in names if keys.get(name) not in (None, "")}


def ladder_of(phase: Mapping[str, Any], *more: str) -> dict[str, Any]:
    """Return the keys of a phase that say what its visits pay, and more of its keys.

    Amounts that were left beside listed values are a problem of their own; the values are explained all the same.
    """
    left = _NEEDS_NO_LADDER if phase.get("values") else ()
    return chosen(phase, *(key for key in LADDER if key not in left), *more)


def in_its_weeks(phase: Mapping[str, Any], *names: str) -> list[dict[str, Any]]:
    """Return some keys of a phase in its own weeks, after weeks that pay nothing if it begins later."""
    weeks = phase.get("weeks")
    own = {**chosen(phase, *names), "weeks": weeks}
    if isinstance(weeks, list) and weeks and type(weeks[0]) is int and 1 < weeks[0] <= MOST_WEEKS:
        return [{"weeks": [1, weeks[0] - 1], "pays_nothing": True, "base": 0, "step": 0, "visits_per_week": 1}, own]
    return [own]


def paid_track(samples: Samples, track: Mapping[str, Any], **keys: Any) -> Sample | None:
    """Return the sample of a track with the ladders of all its phases in their weeks, and with how many are paid."""
    phases = track.get("phases")
    if not isinstance(phases, list) or not all(isinstance(phase, dict) for phase in phases):
        return None
    of_phases = [{**ladder_of(phase, "carry_level", "most_paid"), "weeks": phase.get("weeks")} for phase in phases]
    return samples.of(of_phases, **chosen(track, "most_paid"), **keys)


def without_end(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return keys of a phase in as many weeks as a phase can have."""
    visits = keys.get("visits_per_week")
    most = MOST_VISITS // visits if type(visits) is int and visits > 0 else MOST_WEEKS
    return {**keys, "weeks": [1, max(min(most, MOST_WEEKS), 1)]}


def _whole(phase: Mapping[str, Any]) -> dict[str, Any]:
    """Return a phase with plain values where it has none. Listed values take the place of the ladder's."""
    plain = {key: value for key, value in PLAIN_PHASE.items() if "values" not in phase or key not in _NEEDS_NO_LADDER}
    return {**plain, **phase}
