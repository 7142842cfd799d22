"""What differs between two tracks of one behavior, in words."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import chain

from cm_tracker.domain.schedules.analytes import in_sentence
from cm_tracker.domain.schedules.difference_lines import (
    EVIDENCE,
    LESS,
    MORE,
    NONE,
    ON_DILUTE,
    RESETS,
    RESTORE_TO,
    TAKES_EFFECT,
    Difference,
    Unit,
    amount_line,
    counted,
    gives_more,
    listed,
    most_paid_line,
    rule_in_words,
    weeks_of,
)
from cm_tracker.domain.schedules.phase_difference import of_phase_alone, phase_differences, phase_in_words
from cm_tracker.domain.schedules.schedule import Track


def track_differences(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    """Yield what differs between two tracks that pay in the units `was` and `now`."""
    for field in fields(Track):
        yield from _TRACK[field.name](before, after, was, now)


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
        old, new = listed(map(in_sentence, before.target)), listed(map(in_sentence, after.target))
        yield Difference("What is verified", f"What has to be negative: {new} instead of {old}.", old, new)


def _pays(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.pays != after.pays:
        yield Difference("The ladder", f"It pays {after.pays} instead of {before.pays}.", before.pays, after.pays)


def _phases(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    several = len(before.phases) > 1 or len(after.phases) > 1
    for old, new in zip(before.phases, after.phases, strict=False):
        for found in chain(phase_differences(old, new, was, now), of_phase_alone(before, after, old, new, was, now)):
            step = f"{found.step}, {weeks_of(new)}" if several else found.step
            yield Difference(step, found.says, found.before, found.after, found.gives)
    for phase in after.phases[len(before.phases) :]:
        yield Difference("Phases", f"New: {phase_in_words(phase, now)}.", NONE, weeks_of(phase), MORE)
    for phase in before.phases[len(after.phases) :]:
        says = f"There is no longer a phase in {phase_in_words(phase, was)}."
        yield Difference("Phases", says, weeks_of(phase), NONE, LESS)


def _reset_on(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    for outcome, words in RESETS.items():
        if outcome in after.reset_on and outcome not in before.reset_on:
            says = f"{_first_up(words)} now resets the ladder."
            yield Difference("Lapse", says, "changes nothing", _reset_to(after), LESS)
        elif outcome in before.reset_on and outcome not in after.reset_on:
            says = f"{_first_up(words)} no longer resets the ladder."
            yield Difference("Lapse", says, _reset_to(before), "changes nothing", MORE)


def _reset_to(track: Track) -> str:
    return "back to the start" if track.drop is None else f"down by {counted(track.drop, 'level')}"


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
        also = listed(map(in_sentence, new.also_negative))
        says = f"New: {now.worth(new.amount)} more when also negative: {also}."
        yield Difference("Side bonus", says, NONE, now.worth(new.amount), MORE)
    elif new is None and old is not None:
        also = listed(map(in_sentence, old.also_negative))
        says = f"Nothing more is paid any longer when also negative: {also}."
        yield Difference("Side bonus", says, was.worth(old.amount), NONE, LESS)
    elif old is not None and new is not None:
        if old.amount != new.amount:
            yield amount_line("Side bonus", "The side bonus is", old.amount, new.amount, was, now)
        if old.also_negative != new.also_negative:
            first, then = listed(map(in_sentence, old.also_negative)), listed(map(in_sentence, new.also_negative))
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


def _reading(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.reading != after.reading:
        old, new = rule_in_words(before.reading, was), rule_in_words(after.reading, now)
        yield Difference("What is verified", f"What meets the target: {new} instead of {old}.", old, new)


def _hours(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.hours != after.hours:
        old, new = (NONE if hours is None else counted(hours, "hour") for hours in (before.hours, after.hours))
        gives = gives_more(after.hours, before.hours) if before.hours and after.hours else ""
        yield Difference(
            "What is verified", f"Attended hours that meet a week: {new} instead of {old}.", old, new, gives
        )


def _start_level(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.start_level != after.start_level:
        old, new = f"level {before.start_level:,}", f"level {after.start_level:,}"
        says = f"An enrollment begins at {new} instead of {old}."
        yield Difference("The ladder", says, old, new, gives_more(before.start_level, after.start_level))


def _drop(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.drop != after.drop:
        old, new = _reset_to(before), _reset_to(after)
        more = after.drop is not None and (before.drop is None or after.drop < before.drop)
        yield Difference("Lapse", f"A reset goes {new} instead of {old}.", old, new, MORE if more else LESS)


def _most_paid(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    yield from most_paid_line(before.most_paid, after.most_paid, "of an enrollment")


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
    "reading": _reading,
    "hours": _hours,
    "start_level": _start_level,
    "drop": _drop,
    "most_paid": _most_paid,
}
