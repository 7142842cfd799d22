"""What differs between two tracks of one behavior, and between two of their phases, in words."""

from collections.abc import Callable, Iterator
from dataclasses import fields

from cm_tracker.domain.money import dollars
from cm_tracker.domain.schedules.difference_lines import (
    CARRY,
    EVIDENCE,
    LESS,
    MORE,
    NONE,
    ON_DILUTE,
    RESETS,
    RESTORE_TO,
    RISES,
    TAKES_EFFECT,
    Difference,
    Unit,
    counted,
    gives_more,
    listed,
    ordinal,
    weeks_of,
)
from cm_tracker.domain.schedules.schedule import Phase, Track


def track_differences(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    """Yield what differs between two tracks that pay in the units `was` and `now`."""
    for field in fields(Track):
        yield from _TRACK[field.name](before, after, was, now)


def phases_in_words(track: Track, unit: Unit) -> str:
    """Return the phases of a track: weeks 1 to 4 with 2 visits a week and 10 points ($2.50) at first."""
    return "; ".join(_phase_in_words(phase, unit) for phase in track.phases)


def _phase_in_words(phase: Phase, unit: Unit) -> str:
    return (
        f"{weeks_of(phase)} with {counted(phase.visits_per_week, 'visit')} a week and {unit.worth(phase.base)} at first"
    )


def _nothing(*_: object) -> Iterator[Difference]:
    """Return no line: tracks are matched by this field, so it never differs."""
    return iter(())


def _title(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.title != after.title:
        says = f"What is rewarded is called “{after.title}” instead of “{before.title}”."
        yield Difference("What is verified", says, before.title, after.title)


def _evidence(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.evidence != after.evidence:
        old, new = EVIDENCE[before.evidence], EVIDENCE[after.evidence]
        yield Difference("What is verified", f"Staff record {new} instead of {old}.", old, new)


def _target(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.target != after.target:
        old, new = listed(before.target), listed(after.target)
        yield Difference("What is verified", f"What has to be negative: {new} instead of {old}.", old, new)


def _pays(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.pays != after.pays:
        yield Difference("The ladder", f"It pays {after.pays} instead of {before.pays}.", before.pays, after.pays)


def _phases(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    several = len(before.phases) > 1 or len(after.phases) > 1
    for old, new in zip(before.phases, after.phases, strict=False):
        for field in fields(Phase):
            for found in _PHASE[field.name](old, new, was, now):
                step = f"{found.step}, {weeks_of(new)}" if several else found.step
                yield Difference(step, found.says, found.before, found.after, found.gives)
    for phase in after.phases[len(before.phases) :]:
        yield Difference("Phases", f"New: {_phase_in_words(phase, now)}.", NONE, weeks_of(phase), MORE)
    for phase in before.phases[len(after.phases) :]:
        yield Difference(
            "Phases", f"There is no longer a phase in {_phase_in_words(phase, was)}.", weeks_of(phase), NONE, LESS
        )


def _reset_on(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    for outcome, words in RESETS.items():
        if outcome in after.reset_on and outcome not in before.reset_on:
            says = f"{_first_up(words)} now resets the ladder."
            yield Difference("Lapse", says, "changes nothing", "back to the start", LESS)
        elif outcome in before.reset_on and outcome not in after.reset_on:
            says = f"{_first_up(words)} no longer resets the ladder."
            yield Difference("Lapse", says, "back to the start", "changes nothing", MORE)


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _restore(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.restore, after.restore
    if old is None and new is not None:
        row = _in_a_row(new.after)
        says = (
            f"New: what was reached comes back after {row}, {TAKES_EFFECT[new.takes_effect]}, to {RESTORE_TO[new.to]}."
        )
        yield Difference("Way back", says, "step by step", row, MORE)
    elif new is None and old is not None:
        says = f"What was reached no longer comes back after {_in_a_row(old.after)}, only step by step."
        yield Difference("Way back", says, _in_a_row(old.after), "step by step", LESS)
    elif old is not None and new is not None:
        if old.after != new.after:
            says = f"What was reached comes back after {_in_a_row(new.after)} instead of {old.after:,}."
            gives = gives_more(new.after, old.after)
            yield Difference("Way back", says, _in_a_row(old.after), _in_a_row(new.after), gives)
        if old.takes_effect != new.takes_effect:
            first, then = TAKES_EFFECT[old.takes_effect], TAKES_EFFECT[new.takes_effect]
            gives = MORE if new.takes_effect == "same" else LESS
            yield Difference("Way back", f"What was reached comes back {then} instead of {first}.", first, then, gives)
        if old.to != new.to:
            first, then = RESTORE_TO[old.to], RESTORE_TO[new.to]
            gives = MORE if new.to == "next_due" else LESS
            yield Difference("Way back", f"What comes back is {then} instead of {first}.", first, then, gives)


def _in_a_row(number: int) -> str:
    return f"{counted(number, 'met visit')} in a row"


def _restore_week_rises(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.restore_week_rises != after.restore_week_rises:
        words = {True: "adds a step, too", False: "adds no step"}
        old, new = words[before.restore_week_rises], words[after.restore_week_rises]
        gives = MORE if after.restore_week_rises else LESS
        yield Difference("Way back", f"The week in which the value comes back now {new}.", old, new, gives)


def _on_dilute(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.on_dilute != after.on_dilute:
        old, new = ON_DILUTE[before.on_dilute], ON_DILUTE[after.on_dilute]
        rank = ("reset", "reset_if_repeated", "hold")
        gives = gives_more(rank.index(before.on_dilute), rank.index(after.on_dilute))
        yield Difference("Lapse", f"A dilute specimen now {new}.", old, new, gives)


def _side_bonus(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.side_bonus, after.side_bonus
    if old is None and new is not None:
        also = listed(new.also_negative)
        says = f"New: {now.worth(new.amount)} more when also negative: {also}."
        yield Difference("Side bonus", says, NONE, now.worth(new.amount), MORE)
    elif new is None and old is not None:
        also = listed(old.also_negative)
        says = f"Nothing more is paid any longer when also negative: {also}."
        yield Difference("Side bonus", says, was.worth(old.amount), NONE, LESS)
    elif old is not None and new is not None:
        if old.amount != new.amount:
            yield _amount("Side bonus", "The side bonus is", old.amount, new.amount, was, now)
        if old.also_negative != new.also_negative:
            first, then = listed(old.also_negative), listed(new.also_negative)
            says = f"For the side bonus, also negative has to be: {then} instead of {first}."
            yield Difference("Side bonus", says, first, then)


def _min_hours_between(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.min_hours_between, after.min_hours_between
    if old != new:
        first, then = (NONE if hours is None else counted(hours, "hour") for hours in (old, new))
        if new is None:
            says = f"Two paid visits may be less than {first} apart."
        elif old is None:
            says = f"New: at least {then} between two paid visits."
        else:
            says = f"At least {then} between two paid visits instead of {first}."
        yield Difference("Time between", says, first, then, gives_more(new or 0, old or 0))


def _amount(step: str, begins: str, old: int, new: int, was: Unit, now: Unit) -> Difference:
    """Return the line of an amount: the first met visit pays 12 points instead of 10 ($3.00 instead of $2.50)."""
    gives = gives_more(old, new) if was == now else ""
    if was.pays == now.pays == "points":
        money = f"{dollars(new * now.point_value_cents)} instead of {dollars(old * was.point_value_cents)}"
        says = f"{begins} {now.words(new)} instead of {old:,} ({money})."
    else:
        says = f"{begins} {now.words(new)} instead of {was.words(old)}."
    return Difference(step, says, was.worth(old), now.worth(new), gives)


_TRACK: dict[str, Callable[[Track, Track, Unit, Unit], Iterator[Difference]]] = {
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


def _first_week(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.first_week != after.first_week:
        old, new = f"week {before.first_week}", f"week {after.first_week}"
        yield Difference("Weeks", f"The phase starts in {new} instead of {old}.", old, new)


def _last_week(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.last_week != after.last_week:
        old, new = f"week {before.last_week}", f"week {after.last_week}"
        gives = gives_more(before.last_week, after.last_week)
        yield Difference("Weeks", f"The phase ends with {new} instead of {old}.", old, new, gives)


def _visits_per_week(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.visits_per_week, after.visits_per_week
    if old != new:
        first, then = f"{old:,} a week", f"{new:,} a week"
        says = f"There are {counted(new, 'visit')} a week instead of {old:,}."
        yield Difference("Visits", says, first, then, gives_more(old, new))


def _base(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.base != after.base:
        yield _amount("The ladder", "The first met visit now earns", before.base, after.base, was, now)


def _step(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.step != after.step:
        yield _amount("The ladder", "Each step up is", before.step, after.step, was, now)


def _cap(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.cap, after.cap
    if old is None and new is not None:
        says = f"It rises to {now.worth(new)} and stays there. Before, it had no end."
        yield Difference("The ladder", says, "no limit", now.worth(new), LESS)
    elif new is None and old is not None:
        says = f"It rises without an end. Before, it stopped at {was.worth(old)}."
        yield Difference("The ladder", says, was.worth(old), "no limit", MORE)
    elif old is not None and new is not None and old != new:
        yield _amount("The ladder", "It rises to", old, new, was, now)


def _rises(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.rises != after.rises:
        old, new = RISES[before.rises], RISES[after.rises]
        yield Difference("The ladder", f"It rises {new} instead of {old}.", old, new)


def _run_bonus(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.run_bonus, after.run_bonus
    if old is None and new is not None:
        words = f"{now.worth(new.amount)} at every {ordinal(new.every)}"
        yield Difference("Bonus", f"New: a bonus of {words} met visit in a row.", NONE, words, MORE)
    elif new is None and old is not None:
        words = f"{was.worth(old.amount)} at every {ordinal(old.every)}"
        yield Difference("Bonus", f"There is no bonus of {words} met visit in a row any more.", words, NONE, LESS)
    elif old is not None and new is not None:
        if old.amount != new.amount:
            yield _amount("Bonus", "The bonus is", old.amount, new.amount, was, now)
        if old.every != new.every:
            first, then = f"at every {ordinal(old.every)}", f"at every {ordinal(new.every)}"
            says = f"The bonus comes {then} met visit in a row instead of {first}."
            yield Difference("Bonus", says, first, then, gives_more(new.every, old.every))


def _carry_level(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.carry_level != after.carry_level:
        old, new = CARRY[before.carry_level], CARRY[after.carry_level]
        says = f"At the beginning of the phase the ladder now {new}."
        yield Difference("The ladder", says, old, new, MORE if after.carry_level else LESS)


_PHASE: dict[str, Callable[[Phase, Phase, Unit, Unit], Iterator[Difference]]] = {
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
