"""What differs between two schedules, in words.

A lead who approves a schedule decides about what changed, so nothing may differ without a line. Each
field of a schedule, a track, a phase and so on has its own function below, found by the field's name: a
field without one raises `KeyError` in every test that compares two schedules.

Tracks are matched by their behavior, phases by their order. Amounts are shown with what they are worth.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from cm_tracker.domain.money import dollars
from cm_tracker.domain.schedules.schedule import Bowl, Phase, Schedule, Track

MORE = "more"
LESS = "less"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that differs: its step (`The ladder`), a sentence, and what was before and is after.

    `gives` says what the change alone does to a client: more, less, or an empty text where it cannot be said.
    """

    step: str
    says: str
    before: str
    after: str
    gives: str = ""


def differences(before: Schedule, after: Schedule) -> tuple[Difference, ...]:
    """Return everything that differs between two schedules, in the order of a document; empty if they are equal."""
    found: list[Difference] = []
    for field in fields(Schedule):
        found.extend(_SCHEDULE[field.name](before, after))
    return tuple(found)


def rules_that_differ(before: Schedule, after: Schedule) -> tuple[Difference, ...]:
    """Return the same without name and source, which pay nobody."""
    return tuple(one for one in differences(before, after) if one.step != NAMES)


# -- words -------------------------------------------------------------------------------------------

NAMES = "Name and source"
_EVIDENCE = {
    "drug_test": "a drug test",
    "breath_test": "a breath test",
    "attendance": "attendance",
    "activity": "a finished activity",
}
_RISES = {"visit": "after each visit that meets the target", "week": "after each full week"}
_ON_DILUTE = {
    "hold": "changes nothing",
    "reset": "resets the ladder",
    "reset_if_repeated": "resets the ladder the second time",
}
_RESETS = {
    "positive": "a positive test",
    "unexcused": "a missed visit without an excuse",
    "refused": "a refused test",
    "tampered": "a tampered specimen",
}
_TAKES_EFFECT = {"next": "from the visit after it on", "same": "with that same visit"}
_RESTORE_TO = {"last_paid": "the last value paid", "next_due": "the value that was due next"}
_SCOPES = {"award": "for a visit", "month": "in a month", "calendar_year": "in a calendar year", "enrollment": "in all"}
_CORRECTIONS = {"keep": "stay with the client", "replay": "are taken back from unspent points"}
_CARRY = {True: "goes on from the phase before", False: "starts again"}


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a track pays in, and what a point is worth."""

    pays: str
    point_value_cents: int

    def words(self, amount: int) -> str:
        """Return an amount as 12 points, or 3 draws."""
        noun = self.pays.removesuffix("s") if amount == 1 else self.pays
        return f"{amount:,} {noun}"

    def worth(self, amount: int) -> str:
        """Return an amount with its money: 12 points ($3.00). A draw has no fixed worth."""
        if self.pays != "points":
            return self.words(amount)
        return f"{self.words(amount)} ({dollars(amount * self.point_value_cents)})"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or NONE


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _weeks(phase: Phase) -> str:
    if phase.first_week == phase.last_week:
        return f"week {phase.first_week}"
    return f"weeks {phase.first_week} to {phase.last_week}"


def _gives(before: int, after: int) -> str:
    return MORE if after > before else LESS


# -- the whole schedule ----------------------------------------------------------------------------------


def _name(before: Schedule, after: Schedule) -> Iterator[Difference]:
    if before.name != after.name:
        yield Difference(NAMES, f"It is called “{after.name}” instead of “{before.name}”.", before.name, after.name)


def _source(before: Schedule, after: Schedule) -> Iterator[Difference]:
    if before.source != after.source:
        says = f"Its source is “{after.source}” instead of “{before.source}”."
        yield Difference(NAMES, says, before.source, after.source)


def _point_value(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old, new = before.point_value_cents, after.point_value_cents
    if old != new:
        says = f"A point is worth {dollars(new)} instead of {dollars(old)}."
        yield Difference("Points", says, dollars(old), dollars(new), _gives(old, new))


def _tracks(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old = {track.behavior: track for track in before.tracks}
    new = {track.behavior: track for track in after.tracks}
    several = len(old) > 1 or len(new) > 1
    for behavior, track in new.items():
        if behavior not in old:
            unit = _Unit(track.pays, after.point_value_cents)
            yield Difference(
                "Tracks", f"New: {track.title} ({behavior}), {_phases_in_words(track, unit)}.", NONE, track.title, MORE
            )
            continue
        units = _Unit(old[behavior].pays, before.point_value_cents), _Unit(track.pays, after.point_value_cents)
        for found in _track(old[behavior], track, *units):
            says = f"{track.title}: {found.says}" if several else found.says
            yield Difference(found.step, says, found.before, found.after, found.gives)
    for behavior, track in old.items():
        if behavior not in new:
            says = f"{track.title} ({behavior}) is not paid any more."
            yield Difference("Tracks", says, track.title, NONE, LESS)
    yield from _other_order("Tracks", "tracks", old, new)


def _phases_in_words(track: Track, unit: _Unit) -> str:
    return "; ".join(_phase_in_words(phase, unit) for phase in track.phases)


def _phase_in_words(phase: Phase, unit: _Unit) -> str:
    return (
        f"{_weeks(phase)} with {_counted(phase.visits_per_week, 'visit')} a week and {unit.worth(phase.base)} at first"
    )


def _bowl(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old, new = before.bowl, after.bowl
    if old is None and new is not None:
        yield Difference("Bowl", f"New: a bowl to draw from, {_bowl_in_words(new)}.", NONE, new.name)
    elif new is None and old is not None:
        yield Difference("Bowl", f"There is no bowl any more. Before: {_bowl_in_words(old)}.", old.name, NONE)
    elif old is not None and new is not None:
        for field in fields(Bowl):
            yield from _BOWL[field.name](old, new)


def _bowl_in_words(bowl: Bowl) -> str:
    slips = _listed(f"{slip.count:,} {slip.tier} ({dollars(slip.cents)})" for slip in bowl.slips)
    return f"“{bowl.name}” with {slips}"


def _bowl_name(before: Bowl, after: Bowl) -> Iterator[Difference]:
    if before.name != after.name:
        says = f"The bowl is called “{after.name}” instead of “{before.name}”."
        yield Difference("Bowl", says, before.name, after.name)


def _slips(before: Bowl, after: Bowl) -> Iterator[Difference]:
    old, new = {slip.tier: slip for slip in before.slips}, {slip.tier: slip for slip in after.slips}
    for tier, slip in new.items():
        if tier not in old:
            says = f"New: {_counted(slip.count, 'slip')} “{tier}” for {dollars(slip.cents)}."
            yield Difference("Bowl", says, NONE, f"{_counted(slip.count, 'slip')}, {dollars(slip.cents)}")
            continue
        if old[tier].count != slip.count:
            was, now = _counted(old[tier].count, "slip"), _counted(slip.count, "slip")
            yield Difference("Bowl", f"The bowl holds {now} “{tier}” instead of {old[tier].count:,}.", was, now)
        if old[tier].cents != slip.cents:
            was, now = dollars(old[tier].cents), dollars(slip.cents)
            says = f"A slip “{tier}” is worth {now} instead of {was}."
            yield Difference("Bowl", says, was, now, _gives(old[tier].cents, slip.cents))
    for tier, slip in old.items():
        if tier not in new:
            was = f"{_counted(slip.count, 'slip')}, {dollars(slip.cents)}"
            yield Difference("Bowl", f"The bowl holds no slip “{tier}” any more.", was, NONE)
    yield from _other_order("Bowl", "slips", old, new)


def _ceilings(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old = {ceiling.scope: ceiling for ceiling in before.ceilings}
    new = {ceiling.scope: ceiling for ceiling in after.ceilings}
    for scope, ceiling in new.items():
        now, words = dollars(ceiling.cents), _SCOPES[scope]
        if scope not in old:
            says = f"New: no more than {now} {words}."
            yield Difference("Ceilings", says, NONE, f"{now} {words}", LESS)
        elif old[scope].cents != ceiling.cents:
            was = dollars(old[scope].cents)
            yield Difference(
                "Ceilings",
                f"No more than {now} {words} instead of {was}.",
                f"{was} {words}",
                f"{now} {words}",
                _gives(old[scope].cents, ceiling.cents),
            )
    for scope, ceiling in old.items():
        if scope not in new:
            was = f"{dollars(ceiling.cents)} {_SCOPES[scope]}"
            yield Difference("Ceilings", f"There is no ceiling of {was} any more.", was, NONE, MORE)
    yield from _other_order("Ceilings", "ceilings", old, new)


def _other_order(step: str, noun: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Difference]:
    """Yield a line where what stands in both lists stands in another order."""
    was, now = [key for key in old if key in new], [key for key in new if key in old]
    if was != now:
        listed = _listed(key.replace("_", " ") for key in now)
        yield Difference(
            step,
            f"The {noun} stand in another order: {listed}.",
            _listed(key.replace("_", " ") for key in was),
            listed,
        )


def _corrections(before: Schedule, after: Schedule) -> Iterator[Difference]:
    if before.corrections != after.corrections:
        was, now = _CORRECTIONS[before.corrections], _CORRECTIONS[after.corrections]
        gives = MORE if after.corrections == "keep" else LESS
        yield Difference("Mistakes", f"Points that were paid by mistake now {now}.", was, now, gives)


_SCHEDULE: dict[str, Callable[[Schedule, Schedule], Iterator[Difference]]] = {
    "name": _name,
    "source": _source,
    "point_value_cents": _point_value,
    "tracks": _tracks,
    "bowl": _bowl,
    "ceilings": _ceilings,
    "corrections": _corrections,
}
_BOWL: dict[str, Callable[[Bowl, Bowl], Iterator[Difference]]] = {"name": _bowl_name, "slips": _slips}


# -- a track -------------------------------------------------------------------------------------------------


def _track(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    for field in fields(Track):
        yield from _TRACK[field.name](before, after, was, now)


def _nothing(*_: object) -> Iterator[Difference]:
    """Return no line: tracks are matched by this field, so it never differs."""
    return iter(())


def _title(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.title != after.title:
        says = f"What is rewarded is called “{after.title}” instead of “{before.title}”."
        yield Difference("What is verified", says, before.title, after.title)


def _evidence(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.evidence != after.evidence:
        old, new = _EVIDENCE[before.evidence], _EVIDENCE[after.evidence]
        yield Difference("What is verified", f"Staff record {new} instead of {old}.", old, new)


def _target(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.target != after.target:
        old, new = _listed(before.target), _listed(after.target)
        yield Difference("What is verified", f"What has to be negative: {new} instead of {old}.", old, new)


def _pays(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.pays != after.pays:
        yield Difference("The ladder", f"It pays {after.pays} instead of {before.pays}.", before.pays, after.pays)


def _phases(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    several = len(before.phases) > 1 or len(after.phases) > 1
    for old, new in zip(before.phases, after.phases, strict=False):
        for field in fields(Phase):
            for found in _PHASE[field.name](old, new, was, now):
                step = f"{found.step}, {_weeks(new)}" if several else found.step
                yield Difference(step, found.says, found.before, found.after, found.gives)
    for phase in after.phases[len(before.phases) :]:
        yield Difference("Phases", f"New: {_phase_in_words(phase, now)}.", NONE, _weeks(phase), MORE)
    for phase in before.phases[len(after.phases) :]:
        yield Difference(
            "Phases", f"There is no longer a phase in {_phase_in_words(phase, was)}.", _weeks(phase), NONE, LESS
        )


def _reset_on(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    for outcome, words in _RESETS.items():
        if outcome in after.reset_on and outcome not in before.reset_on:
            says = f"{_first_up(words)} now resets the ladder."
            yield Difference("Lapse", says, "changes nothing", "back to the start", LESS)
        elif outcome in before.reset_on and outcome not in after.reset_on:
            says = f"{_first_up(words)} no longer resets the ladder."
            yield Difference("Lapse", says, "back to the start", "changes nothing", MORE)


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _restore(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    old, new = before.restore, after.restore
    if old is None and new is not None:
        row = _in_a_row(new.after)
        says = f"New: what was reached comes back after {row}, {_TAKES_EFFECT[new.takes_effect]}, to {_RESTORE_TO[new.to]}."
        yield Difference("Way back", says, "step by step", row, MORE)
    elif new is None and old is not None:
        says = f"What was reached no longer comes back after {_in_a_row(old.after)}, only step by step."
        yield Difference("Way back", says, _in_a_row(old.after), "step by step", LESS)
    elif old is not None and new is not None:
        if old.after != new.after:
            says = f"What was reached comes back after {_in_a_row(new.after)} instead of {old.after:,}."
            gives = _gives(new.after, old.after)
            yield Difference("Way back", says, _in_a_row(old.after), _in_a_row(new.after), gives)
        if old.takes_effect != new.takes_effect:
            first, then = _TAKES_EFFECT[old.takes_effect], _TAKES_EFFECT[new.takes_effect]
            gives = MORE if new.takes_effect == "same" else LESS
            yield Difference("Way back", f"What was reached comes back {then} instead of {first}.", first, then, gives)
        if old.to != new.to:
            first, then = _RESTORE_TO[old.to], _RESTORE_TO[new.to]
            gives = MORE if new.to == "next_due" else LESS
            yield Difference("Way back", f"What comes back is {then} instead of {first}.", first, then, gives)


def _in_a_row(number: int) -> str:
    return f"{_counted(number, 'met visit')} in a row"


def _restore_week_rises(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.restore_week_rises != after.restore_week_rises:
        words = {True: "adds a step, too", False: "adds no step"}
        old, new = words[before.restore_week_rises], words[after.restore_week_rises]
        gives = MORE if after.restore_week_rises else LESS
        yield Difference("Way back", f"The week in which the value comes back now {new}.", old, new, gives)


def _on_dilute(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.on_dilute != after.on_dilute:
        old, new = _ON_DILUTE[before.on_dilute], _ON_DILUTE[after.on_dilute]
        rank = ("reset", "reset_if_repeated", "hold")
        gives = _gives(rank.index(before.on_dilute), rank.index(after.on_dilute))
        yield Difference("Lapse", f"A dilute specimen now {new}.", old, new, gives)


def _side_bonus(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    old, new = before.side_bonus, after.side_bonus
    if old is None and new is not None:
        also = _listed(new.also_negative)
        says = f"New: {now.worth(new.amount)} more when also negative: {also}."
        yield Difference("Side bonus", says, NONE, now.worth(new.amount), MORE)
    elif new is None and old is not None:
        also = _listed(old.also_negative)
        says = f"Nothing more is paid any longer when also negative: {also}."
        yield Difference("Side bonus", says, was.worth(old.amount), NONE, LESS)
    elif old is not None and new is not None:
        if old.amount != new.amount:
            yield _amount("Side bonus", "The side bonus is", old.amount, new.amount, was, now)
        if old.also_negative != new.also_negative:
            first, then = _listed(old.also_negative), _listed(new.also_negative)
            says = f"For the side bonus, also negative has to be: {then} instead of {first}."
            yield Difference("Side bonus", says, first, then)


def _min_hours_between(before: Track, after: Track, was: _Unit, now: _Unit) -> Iterator[Difference]:
    old, new = before.min_hours_between, after.min_hours_between
    if old != new:
        first, then = (NONE if hours is None else _counted(hours, "hour") for hours in (old, new))
        if new is None:
            says = f"Two paid visits may be less than {first} apart."
        elif old is None:
            says = f"New: at least {then} between two paid visits."
        else:
            says = f"At least {then} between two paid visits instead of {first}."
        yield Difference("Time between", says, first, then, _gives(new or 0, old or 0))


def _amount(step: str, begins: str, old: int, new: int, was: _Unit, now: _Unit) -> Difference:
    """Return the line of an amount: the first met visit pays 12 points instead of 10 ($3.00 instead of $2.50)."""
    gives = _gives(old, new) if was == now else ""
    if was.pays == now.pays == "points":
        money = f"{dollars(new * now.point_value_cents)} instead of {dollars(old * was.point_value_cents)}"
        says = f"{begins} {now.words(new)} instead of {old:,} ({money})."
    else:
        says = f"{begins} {now.words(new)} instead of {was.words(old)}."
    return Difference(step, says, was.worth(old), now.worth(new), gives)


_TRACK: dict[str, Callable[[Track, Track, _Unit, _Unit], Iterator[Difference]]] = {
    "behavior": _nothing,
    "title": _title,
    "evidence": _evidence,
    "target": _target,
    "pays": _pays,
    "phases": _phases,
    "reset_on": _reset_on,
    "restore": _restore,
    "restore_week_rises": _restore_week_rises,
    "on_dilute": _on_dilute,
    "side_bonus": _side_bonus,
    "min_hours_between": _min_hours_between,
}


# -- a phase -------------------------------------------------------------------------------------------------


def _first_week(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.first_week != after.first_week:
        old, new = f"week {before.first_week}", f"week {after.first_week}"
        yield Difference("Weeks", f"The phase starts in {new} instead of {old}.", old, new)


def _last_week(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.last_week != after.last_week:
        old, new = f"week {before.last_week}", f"week {after.last_week}"
        gives = _gives(before.last_week, after.last_week)
        yield Difference("Weeks", f"The phase ends with {new} instead of {old}.", old, new, gives)


def _visits_per_week(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    old, new = before.visits_per_week, after.visits_per_week
    if old != new:
        first, then = f"{old:,} a week", f"{new:,} a week"
        says = f"There are {_counted(new, 'visit')} a week instead of {old:,}."
        yield Difference("Visits", says, first, then, _gives(old, new))


def _base(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.base != after.base:
        yield _amount("The ladder", "The first met visit now earns", before.base, after.base, was, now)


def _step(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.step != after.step:
        yield _amount("The ladder", "Each step up is", before.step, after.step, was, now)


def _cap(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    old, new = before.cap, after.cap
    if old is None and new is not None:
        says = f"It rises to {now.worth(new)} and stays there. Before, it had no end."
        yield Difference("The ladder", says, "no limit", now.worth(new), LESS)
    elif new is None and old is not None:
        says = f"It rises without an end. Before, it stopped at {was.worth(old)}."
        yield Difference("The ladder", says, was.worth(old), "no limit", MORE)
    elif old is not None and new is not None and old != new:
        yield _amount("The ladder", "It rises to", old, new, was, now)


def _rises(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.rises != after.rises:
        old, new = _RISES[before.rises], _RISES[after.rises]
        yield Difference("The ladder", f"It rises {new} instead of {old}.", old, new)


def _run_bonus(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    old, new = before.run_bonus, after.run_bonus
    if old is None and new is not None:
        words = f"{now.worth(new.amount)} at every {_ordinal(new.every)}"
        yield Difference("Bonus", f"New: a bonus of {words} met visit in a row.", NONE, words, MORE)
    elif new is None and old is not None:
        words = f"{was.worth(old.amount)} at every {_ordinal(old.every)}"
        yield Difference("Bonus", f"There is no bonus of {words} met visit in a row any more.", words, NONE, LESS)
    elif old is not None and new is not None:
        if old.amount != new.amount:
            yield _amount("Bonus", "The bonus is", old.amount, new.amount, was, now)
        if old.every != new.every:
            first, then = f"at every {_ordinal(old.every)}", f"at every {_ordinal(new.every)}"
            says = f"The bonus comes {then} met visit in a row instead of {first}."
            yield Difference("Bonus", says, first, then, _gives(new.every, old.every))


def _carry_level(before: Phase, after: Phase, was: _Unit, now: _Unit) -> Iterator[Difference]:
    if before.carry_level != after.carry_level:
        old, new = _CARRY[before.carry_level], _CARRY[after.carry_level]
        says = f"At the beginning of the phase the ladder now {new}."
        yield Difference("The ladder", says, old, new, MORE if after.carry_level else LESS)


_PHASE: dict[str, Callable[[Phase, Phase, _Unit, _Unit], Iterator[Difference]]] = {
    "first_week": _first_week,
    "last_week": _last_week,
    "visits_per_week": _visits_per_week,
    "base": _base,
    "step": _step,
    "cap": _cap,
    "rises": _rises,
    "run_bonus": _run_bonus,
    "carry_level": _carry_level,
}
