"""What differs between two tracks of one behavior, in words."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import chain

from cm_tracker.domain.phrases import Phrase, capital, joined, phrase, phrases
from cm_tracker.domain.schedules.analytes import in_sentence
from cm_tracker.domain.schedules.difference_lines import (
    EVIDENCE,
    LESS,
    MORE,
    NONE,
    ON_DILUTE,
    PAYS,
    RESETS,
    RESTORE_TO,
    TAKES_EFFECT,
    Difference,
    Unit,
    amount_line,
    change_of,
    gives_more,
    hours_in_words,
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
        says = phrase("What is rewarded is called “%(now)s” instead of “%(was)s”.", now=after.title, was=before.title)
        yield Difference(phrase("What is verified"), says, before.title, after.title)


def _evidence(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.evidence != after.evidence:
        old, new = EVIDENCE[before.evidence], EVIDENCE[after.evidence]
        says = phrase("Staff record %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("What is verified"), says, old, new)


def _target(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.target != after.target:
        old, new = listed(map(in_sentence, before.target)), listed(map(in_sentence, after.target))
        says = phrase("What has to be negative: %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("What is verified"), says, old, new)


def _pays(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.pays != after.pays:
        old, new = PAYS[before.pays], PAYS[after.pays]
        says = phrase("It pays %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("The ladder"), says, old, new)


def _phases(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    several = len(before.phases) > 1 or len(after.phases) > 1
    for old, new in zip(before.phases, after.phases, strict=False):
        for found in chain(phase_differences(old, new, was, now), of_phase_alone(before, after, old, new, was, now)):
            step = joined((found.step, weeks_of(new))) if several else found.step
            yield Difference(step, found.says, found.before, found.after, found.gives)
    for phase in after.phases[len(before.phases) :]:
        says = phrase("New: %(phase)s.", phase=phase_in_words(phase, now))
        yield Difference(phrase("Phases"), says, NONE, weeks_of(phase), MORE)
    for phase in before.phases[len(after.phases) :]:
        says = phrase("There is no longer a phase in %(phase)s.", phase=phase_in_words(phase, was))
        yield Difference(phrase("Phases"), says, weeks_of(phase), NONE, LESS)


def _reset_on(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    for outcome, words in RESETS.items():
        if outcome in after.reset_on and outcome not in before.reset_on:
            says = phrase("%(what)s now resets the ladder.", what=capital(words))
            yield Difference(phrase("Lapse"), says, ON_DILUTE["hold"], _reset_to(after), LESS)
        elif outcome in before.reset_on and outcome not in after.reset_on:
            says = phrase("%(what)s no longer resets the ladder.", what=capital(words))
            yield Difference(phrase("Lapse"), says, _reset_to(before), ON_DILUTE["hold"], MORE)


def _reset_to(track: Track) -> str:
    if track.drop is None:
        return phrase("back to the start")
    return phrases("down by %(n)s level", "down by %(n)s levels", track.drop)


def _restore(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new, step = before.restore, after.restore, phrase("Way back")
    if old is None and new is not None:
        row = _in_a_row(new.after)
        says = phrase(
            "New: what was reached comes back after %(row)s, %(when)s, to %(value)s.",
            row=row,
            when=TAKES_EFFECT[new.takes_effect],
            value=RESTORE_TO[new.to],
        )
        yield Difference(step, says, phrase("step by step"), row, MORE)
    elif new is None and old is not None:
        row = _in_a_row(old.after)
        says = phrase("What was reached no longer comes back after %(row)s, only step by step.", row=row)
        yield Difference(step, says, row, phrase("step by step"), LESS)
    elif old is not None and new is not None:
        if old.after != new.after:
            row = _in_a_row(new.after)
            says = phrase("What was reached comes back after %(row)s instead of %(was)s.", row=row, was=old.after)
            gives = gives_more(new.after, old.after)
            yield Difference(step, says, _in_a_row(old.after), row, gives)
        if old.takes_effect != new.takes_effect:
            first, then = TAKES_EFFECT[old.takes_effect], TAKES_EFFECT[new.takes_effect]
            gives = MORE if new.takes_effect == "same" else LESS
            says = phrase("What was reached comes back %(now)s instead of %(was)s.", now=then, was=first)
            yield Difference(step, says, first, then, gives)
        if old.to != new.to:
            first, then = RESTORE_TO[old.to], RESTORE_TO[new.to]
            gives = MORE if new.to == "next_due" else LESS
            says = phrase("What comes back is %(now)s instead of %(was)s.", now=then, was=first)
            yield Difference(step, says, first, then, gives)


def _in_a_row(number: int) -> Phrase:
    return phrases("%(n)s met visit in a row", "%(n)s met visits in a row", number)


def _restore_week_rises(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.restore_week_rises != after.restore_week_rises:
        words = {True: phrase("adds a step, too"), False: phrase("adds no step")}
        old, new = words[before.restore_week_rises], words[after.restore_week_rises]
        gives = MORE if after.restore_week_rises else LESS
        says = phrase("The week in which the value comes back now %(now)s.", now=new)
        yield Difference(phrase("Way back"), says, old, new, gives)


def _on_dilute(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.on_dilute != after.on_dilute:
        old, new = ON_DILUTE[before.on_dilute], ON_DILUTE[after.on_dilute]
        rank = ("reset", "reset_if_repeated", "hold")
        gives = gives_more(rank.index(before.on_dilute), rank.index(after.on_dilute))
        yield Difference(phrase("Lapse"), phrase("A dilute specimen now %(now)s.", now=new), old, new, gives)


def _side_bonus(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new, step = before.side_bonus, after.side_bonus, phrase("Side bonus")
    if old is None and new is not None:
        also = listed(map(in_sentence, new.also_negative))
        worth = now.worth(new.amount)
        says = phrase("New: %(amount)s more when also negative: %(also)s.", amount=worth, also=also)
        yield Difference(step, says, NONE, now.worth(new.amount), MORE)
    elif new is None and old is not None:
        also = listed(map(in_sentence, old.also_negative))
        says = phrase("Nothing more is paid any longer when also negative: %(also)s.", also=also)
        yield Difference(step, says, was.worth(old.amount), NONE, LESS)
    elif old is not None and new is not None:
        if old.amount != new.amount:
            change = change_of(old.amount, new.amount, was, now)
            says = phrase("The side bonus is %(change)s.", change=change)
            yield amount_line(step, says, old.amount, new.amount, was, now)
        if old.also_negative != new.also_negative:
            first, then = listed(map(in_sentence, old.also_negative)), listed(map(in_sentence, new.also_negative))
            says = phrase(
                "For the side bonus, also negative has to be: %(now)s instead of %(was)s.", now=then, was=first
            )
            yield Difference(step, says, first, then)


def _min_hours_between(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.min_hours_between, after.min_hours_between
    if old != new:
        first, then = hours_in_words(old), hours_in_words(new)
        if new is None:
            says = phrase("Two paid visits may be less than %(hours)s apart.", hours=first)
        elif old is None:
            says = phrase("New: at least %(hours)s between two paid visits.", hours=then)
        else:
            says = phrase("At least %(now)s between two paid visits instead of %(was)s.", now=then, was=first)
        yield Difference(phrase("Time between"), says, first, then, gives_more(new or 0, old or 0))


def _reading(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.reading != after.reading:
        old, new = rule_in_words(before.reading, was), rule_in_words(after.reading, now)
        says = phrase("What meets the target: %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("What is verified"), says, old, new)


def _hours(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.hours != after.hours:
        old, new = hours_in_words(before.hours), hours_in_words(after.hours)
        gives = gives_more(after.hours, before.hours) if before.hours and after.hours else ""
        says = phrase("Attended hours that meet a week: %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("What is verified"), says, old, new, gives)


def _start_level(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.start_level != after.start_level:
        old, new = _level(before.start_level), _level(after.start_level)
        says = phrase("An enrollment begins at %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("The ladder"), says, old, new, gives_more(before.start_level, after.start_level))


def _level(number: int) -> Phrase:
    return phrase("level %(level)s", level=number)


def _drop(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.drop != after.drop:
        old, new = _reset_to(before), _reset_to(after)
        more = after.drop is not None and (before.drop is None or after.drop < before.drop)
        says = phrase("A reset goes %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("Lapse"), says, old, new, MORE if more else LESS)


def _most_paid(before: Track, after: Track, was: Unit, now: Unit) -> Iterator[Difference]:
    yield from most_paid_line(before.most_paid, after.most_paid, phrase("of an enrollment"))


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
