"""What differs between two phases of a track, in words.

`reset_on`, `target` and `reading` of a phase hold the track's where the phase has none of its own. What differs in the
whole track has its line there, so `of_phase_alone` says only what holds in the phase in place of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields

from cm_tracker.domain.schedules.analytes import in_sentence
from cm_tracker.domain.schedules.difference_lines import (
    CARRY,
    LESS,
    MORE,
    NONE,
    RESETS,
    RISES,
    Difference,
    Unit,
    amount_line,
    counted,
    gives_more,
    listed,
    most_paid_line,
    ordinal,
    rule_in_words,
    weeks_of,
)
from cm_tracker.domain.schedules.schedule import Phase, Track


def phase_differences(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    """Yield what differs between two phases whose tracks pay in the units `was` and `now`."""
    for field in fields(Phase):
        yield from _PHASE[field.name](before, after, was, now)


def of_phase_alone(
    before_track: Track, after_track: Track, before: Phase, after: Phase, was: Unit, now: Unit
) -> Iterator[Difference]:
    """Yield what the phase has in place of its track's rules, where it or whether it has its own differs."""
    for field, words in _OF_TRACK.items():
        old, new = getattr(before, field), getattr(after, field)
        was_own, is_own = old != getattr(before_track, field), new != getattr(after_track, field)
        if (was_own or is_own) and (old != new or was_own != is_own):
            step, begins = _OF_TRACK_WORDS[field]
            first, then = words(old, was), words(new, now)
            instead = f" instead of {first}" if first != then else ", as before"
            yield Difference(step, f"{begins} in this phase: {then}{instead}.", first, then)


def phases_in_words(track: Track, unit: Unit) -> str:
    """Return the phases of a track: weeks 1 to 4 with 2 visits a week and 10 points ($2.50) at first."""
    return "; ".join(phase_in_words(phase, unit) for phase in track.phases)


def phase_in_words(phase: Phase, unit: Unit) -> str:
    """Return a phase in short: weeks 1 to 4 with 2 visits a week and 10 points ($2.50) at first."""
    often = f"{weeks_of(phase)} with {counted(phase.visits_per_week, 'visit')} {_period(phase)}"
    if phase.pays_nothing:
        return f"{often} that are recorded and not paid"
    if phase.reading is not None and phase.reading.scale:
        return f"{often} and an amount for each reading"
    return f"{often} and {unit.worth(phase.value(0))} at first"


def _period(phase: Phase) -> str:
    return "a week" if phase.period_weeks == 1 else f"every {phase.period_weeks} weeks"


def _own(*_: object) -> Iterator[Difference]:
    """Return no line: `of_phase_alone` says what differs."""
    return iter(())


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
        first, then = f"{old:,} {_period(before)}", f"{new:,} {_period(after)}"
        instead = f"{old:,}" if before.period_weeks == after.period_weeks else first
        gives = gives_more(old, new) if before.period_weeks == after.period_weeks else ""
        says = f"There are {counted(new, 'visit')} {_period(after)} instead of {instead}."
        yield Difference("Visits", says, first, then, gives)


def _has_steps(before: Phase, after: Phase) -> bool:
    """Return whether both phases pay by base, step and cap. Listed values have a line for all of them."""
    return not before.values and not after.values


def _base(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if _has_steps(before, after) and before.base != after.base:
        yield amount_line("The ladder", "The first met visit now earns", before.base, after.base, was, now)


def _step(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if _has_steps(before, after) and before.step != after.step:
        yield amount_line("The ladder", "Each step up is", before.step, after.step, was, now)


def _cap(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.cap, after.cap
    if not _has_steps(before, after) or old == new:
        return
    if old is None and new is not None:
        says = f"It rises to {now.worth(new)} and stays there. Before, it had no end."
        yield Difference("The ladder", says, "no limit", now.worth(new), LESS)
    elif new is None and old is not None:
        says = f"It rises without an end. Before, it stopped at {was.worth(old)}."
        yield Difference("The ladder", says, was.worth(old), "no limit", MORE)
    elif old is not None and new is not None:
        yield amount_line("The ladder", "It rises to", old, new, was, now)


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
            yield amount_line("Bonus", "The bonus is", old.amount, new.amount, was, now)
        if old.every != new.every:
            first, then = f"at every {ordinal(old.every)}", f"at every {ordinal(new.every)}"
            says = f"The bonus comes {then} met visit in a row instead of {first}."
            yield Difference("Bonus", says, first, then, gives_more(new.every, old.every))


def _carry_level(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.carry_level != after.carry_level:
        old, new = CARRY[before.carry_level], CARRY[after.carry_level]
        says = f"At the beginning of the phase the ladder now {new}."
        yield Difference("The ladder", says, old, new, MORE if after.carry_level else LESS)


def _values(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.values != after.values:
        old, new = _ladder_in_words(before, was), _ladder_in_words(after, now)
        yield Difference("The ladder", f"The visits pay {new} instead of {old}.", old, new)


def _ladder_in_words(phase: Phase, unit: Unit) -> str:
    """Return what the levels pay: 5, 10, then 15 points ($3.75)."""
    if phase.values:
        *first, last = phase.values
        return f"{listed(f'{value:,}' for value in first)}, then {unit.worth(last)}" if first else unit.worth(last)
    cap = "" if phase.cap is None else f", up to {unit.worth(phase.cap)}"
    return f"{unit.worth(phase.base)}, {phase.step:,} more with each step{cap}"


def _period_weeks(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.period_weeks != after.period_weeks:
        old, new = counted(before.period_weeks, "week"), counted(after.period_weeks, "week")
        gives = gives_more(after.period_weeks, before.period_weeks)
        yield Difference("Visits", f"Visits are counted by periods of {new} instead of {old}.", old, new, gives)


def _week_bonus(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.week_bonus, after.week_bonus
    if old is None and new is not None:
        says = f"New: a bonus of {now.worth(new)} for {_full(after)}."
        yield Difference("Bonus", says, NONE, now.worth(new), MORE)
    elif new is None and old is not None:
        says = f"There is no bonus of {was.worth(old)} for {_full(before)} any more."
        yield Difference("Bonus", says, was.worth(old), NONE, LESS)
    elif old is not None and new is not None and old != new:
        yield amount_line("Bonus", f"The bonus for {_full(after)} is", old, new, was, now)


def _full(phase: Phase) -> str:
    return "a full week" if phase.period_weeks == 1 else "a full period"


def _most_paid(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    yield from most_paid_line(before.most_paid, after.most_paid, "of the phase")


def _pays_nothing(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.pays_nothing != after.pays_nothing:
        words = {True: "recorded and not paid", False: "paid"}
        old, new = words[before.pays_nothing], words[after.pays_nothing]
        gives = LESS if after.pays_nothing else MORE
        yield Difference("The ladder", f"The visits of the phase are {new} instead of {old}.", old, new, gives)


def _resets_in_words(reset_on: frozenset[str], _: Unit) -> str:
    return listed(words for outcome, words in RESETS.items() if outcome in reset_on)


def _target_in_words(target: tuple[str, ...], _: Unit) -> str:
    return listed(map(in_sentence, target))


_OF_TRACK: dict[str, Callable[..., str]] = {
    "reset_on": _resets_in_words,
    "target": _target_in_words,
    "reading": rule_in_words,
}
_OF_TRACK_WORDS = {
    "reset_on": ("Lapse", "What resets the ladder"),
    "target": ("What is verified", "What has to be negative"),
    "reading": ("What is verified", "What meets the target"),
}
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
    "reset_on": _own,
    "target": _own,
    "reading": _own,
    "values": _values,
    "period_weeks": _period_weeks,
    "week_bonus": _week_bonus,
    "most_paid": _most_paid,
    "pays_nothing": _pays_nothing,
}
