"""What differs between two phases of a track, in words.

`reset_on`, `target` and `reading` of a phase hold the track's where the phase has none of its own. What differs in the
whole track has its line there, so `of_phase_alone` says only what holds in the phase in place of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields

from cm_tracker.domain.phrases import Ordinal, Phrase, joined, phrase, phrases
from cm_tracker.domain.schedules.analytes import in_sentence
from cm_tracker.domain.schedules.difference_lines import (
    CARRY,
    LESS,
    MORE,
    NO_LIMIT,
    NONE,
    RESETS,
    RISES,
    Difference,
    Unit,
    amount_line,
    change_of,
    gives_more,
    listed,
    most_paid_line,
    rule_in_words,
    visits_in_words,
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
            step, changed, kept = _OF_TRACK_WORDS[field]
            first, then = words(old, was), words(new, now)
            says = changed.with_values(now=then, was=first) if first != then else kept.with_values(now=then)
            yield Difference(step, says, first, then)


def phases_in_words(track: Track, unit: Unit) -> str:
    """Return the phases of a track: weeks 1 to 4 with 2 visits a week and 10 points ($2.50) at first."""
    return joined((phase_in_words(phase, unit) for phase in track.phases), "; ")


def phase_in_words(phase: Phase, unit: Unit) -> str:
    """Return a phase in short: weeks 1 to 4 with 2 visits a week and 10 points ($2.50) at first."""
    weeks, often = weeks_of(phase), joined((visits_in_words(phase.visits_per_week), _period(phase)), " ")
    if phase.pays_nothing:
        return phrase("%(weeks)s with %(often)s that are recorded and not paid", weeks=weeks, often=often)
    if phase.reading is not None and phase.reading.scale:
        return phrase("%(weeks)s with %(often)s and an amount for each reading", weeks=weeks, often=often)
    first = unit.worth(phase.value(0))
    return phrase("%(weeks)s with %(often)s and %(amount)s at first", weeks=weeks, often=often, amount=first)


def _period(phase: Phase) -> Phrase:
    if phase.period_weeks == 1:
        return phrase("a week")
    return phrase("every %(number)s weeks", number=phase.period_weeks)


def _week(number: int) -> Phrase:
    return phrase("week %(n)s", n=number)


def _own(*_: object) -> Iterator[Difference]:
    """Return no line: `of_phase_alone` says what differs."""
    return iter(())


def _first_week(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.first_week != after.first_week:
        old, new = _week(before.first_week), _week(after.first_week)
        says = phrase("The phase starts in %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("Weeks"), says, old, new)


def _last_week(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.last_week != after.last_week:
        old, new = _week(before.last_week), _week(after.last_week)
        gives = gives_more(before.last_week, after.last_week)
        says = phrase("The phase ends with %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("Weeks"), says, old, new, gives)


def _visits_per_week(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.visits_per_week, after.visits_per_week
    if old != new:
        first, then = (joined((f"{one.visits_per_week:,}", _period(one)), " ") for one in (before, after))
        instead = f"{old:,}" if before.period_weeks == after.period_weeks else first
        gives = gives_more(old, new) if before.period_weeks == after.period_weeks else ""
        often = joined((visits_in_words(new), _period(after)), " ")
        says = phrase("There are %(often)s instead of %(was)s.", often=often, was=instead)
        yield Difference(phrase("Visits"), says, first, then, gives)


def _has_steps(before: Phase, after: Phase) -> bool:
    """Return whether both phases pay by base, step and cap. Listed values have a line for all of them."""
    return not before.values and not after.values


def _base(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if _has_steps(before, after) and before.base != after.base:
        change = change_of(before.base, after.base, was, now)
        says = phrase("The first met visit now earns %(change)s.", change=change)
        yield amount_line(phrase("The ladder"), says, before.base, after.base, was, now)


def _step(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if _has_steps(before, after) and before.step != after.step:
        says = phrase("Each step up is %(change)s.", change=change_of(before.step, after.step, was, now))
        yield amount_line(phrase("The ladder"), says, before.step, after.step, was, now)


def _cap(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new = before.cap, after.cap
    if not _has_steps(before, after) or old == new:
        return
    if old is None and new is not None:
        says = phrase("It rises to %(most)s and stays there. Before, it had no end.", most=now.worth(new))
        yield Difference(phrase("The ladder"), says, NO_LIMIT, now.worth(new), LESS)
    elif new is None and old is not None:
        says = phrase("It rises without an end. Before, it stopped at %(most)s.", most=was.worth(old))
        yield Difference(phrase("The ladder"), says, was.worth(old), NO_LIMIT, MORE)
    elif old is not None and new is not None:
        says = phrase("It rises to %(change)s.", change=change_of(old, new, was, now))
        yield amount_line(phrase("The ladder"), says, old, new, was, now)


def _rises(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.rises != after.rises:
        old, new = RISES[before.rises], RISES[after.rises]
        says = phrase("It rises %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("The ladder"), says, old, new)


def _run_bonus(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new, step = before.run_bonus, after.run_bonus, phrase("Bonus")
    if old is None and new is not None:
        words = joined((now.worth(new.amount), _at_every(new.every)), " ")
        yield Difference(step, phrase("New: a bonus of %(bonus)s met visit in a row.", bonus=words), NONE, words, MORE)
    elif new is None and old is not None:
        words = joined((was.worth(old.amount), _at_every(old.every)), " ")
        says = phrase("There is no bonus of %(bonus)s met visit in a row any more.", bonus=words)
        yield Difference(step, says, words, NONE, LESS)
    elif old is not None and new is not None:
        if old.amount != new.amount:
            says = phrase("The bonus is %(change)s.", change=change_of(old.amount, new.amount, was, now))
            yield amount_line(step, says, old.amount, new.amount, was, now)
        if old.every != new.every:
            first, then = _at_every(old.every), _at_every(new.every)
            says = phrase("The bonus comes %(now)s met visit in a row instead of %(was)s.", now=then, was=first)
            yield Difference(step, says, first, then, gives_more(new.every, old.every))


def _at_every(number: int) -> Phrase:
    return phrase("at every %(nth)s", nth=Ordinal(number))


def _carry_level(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.carry_level != after.carry_level:
        old, new = CARRY[before.carry_level], CARRY[after.carry_level]
        says = phrase("At the beginning of the phase the ladder now %(now)s.", now=new)
        yield Difference(phrase("The ladder"), says, old, new, MORE if after.carry_level else LESS)


def _values(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.values != after.values:
        old, new = _ladder_in_words(before, was), _ladder_in_words(after, now)
        says = phrase("The visits pay %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("The ladder"), says, old, new)


def _ladder_in_words(phase: Phase, unit: Unit) -> str:
    """Return what the levels pay: 5, 10, then 15 points ($3.75)."""
    if phase.values:
        *first, last = phase.values
        if not first:
            return unit.worth(last)
        values = listed(f"{value:,}" for value in first)
        return phrase("%(values)s, then %(last)s", values=values, last=unit.worth(last))
    rule = [unit.worth(phase.base), phrase("%(step)s more with each step", step=phase.step)]
    if phase.cap is not None:
        rule.append(phrase("up to %(most)s", most=unit.worth(phase.cap)))
    return joined(rule)


def _period_weeks(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.period_weeks != after.period_weeks:
        old, new = (phrases("%(n)s week", "%(n)s weeks", one.period_weeks) for one in (before, after))
        gives = gives_more(after.period_weeks, before.period_weeks)
        says = phrase("Visits are counted by periods of %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("Visits"), says, old, new, gives)


def _week_bonus(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    old, new, step = before.week_bonus, after.week_bonus, phrase("Bonus")
    if old is None and new is not None:
        says = phrase("New: a bonus of %(amount)s for %(week)s.", amount=now.worth(new), week=_full(after))
        yield Difference(step, says, NONE, now.worth(new), MORE)
    elif new is None and old is not None:
        says = phrase(
            "There is no bonus of %(amount)s for %(week)s any more.", amount=was.worth(old), week=_full(before)
        )
        yield Difference(step, says, was.worth(old), NONE, LESS)
    elif old is not None and new is not None and old != new:
        change = change_of(old, new, was, now)
        says = phrase("The bonus for %(week)s is %(change)s.", week=_full(after), change=change)
        yield amount_line(step, says, old, new, was, now)


def _full(phase: Phase) -> str:
    return phrase("a full week") if phase.period_weeks == 1 else phrase("a full period")


def _most_paid(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    yield from most_paid_line(before.most_paid, after.most_paid, phrase("of the phase"))


def _pays_nothing(before: Phase, after: Phase, was: Unit, now: Unit) -> Iterator[Difference]:
    if before.pays_nothing != after.pays_nothing:
        words = {True: phrase("recorded and not paid"), False: phrase("paid")}
        old, new = words[before.pays_nothing], words[after.pays_nothing]
        gives = LESS if after.pays_nothing else MORE
        says = phrase("The visits of the phase are %(now)s instead of %(was)s.", now=new, was=old)
        yield Difference(phrase("The ladder"), says, old, new, gives)


def _resets_in_words(reset_on: frozenset[str], _: Unit) -> str:
    return listed(words for outcome, words in RESETS.items() if outcome in reset_on)


def _target_in_words(target: tuple[str, ...], _: Unit) -> str:
    return listed(map(in_sentence, target))


_OF_TRACK: dict[str, Callable[..., str]] = {
    "reset_on": _resets_in_words,
    "target": _target_in_words,
    "reading": rule_in_words,
}
# The step, the sentence where it differs, and the sentence where only its place in the document does.
_OF_TRACK_WORDS = {
    "reset_on": (
        phrase("Lapse"),
        phrase("What resets the ladder in this phase: %(now)s instead of %(was)s."),
        phrase("What resets the ladder in this phase: %(now)s, as before."),
    ),
    "target": (
        phrase("What is verified"),
        phrase("What has to be negative in this phase: %(now)s instead of %(was)s."),
        phrase("What has to be negative in this phase: %(now)s, as before."),
    ),
    "reading": (
        phrase("What is verified"),
        phrase("What meets the target in this phase: %(now)s instead of %(was)s."),
        phrase("What meets the target in this phase: %(now)s, as before."),
    ),
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
