"""The worked lines of a phase: what its visits pay, its bonuses, and what it has in place of its track's rules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cm_tracker.domain.schedules.analytes import BY_NAME, in_sentence
from cm_tracker.domain.schedules.difference_lines import RESETS, Unit, counted, listed, ordinal
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import EXTRA, PAID, RESET
from cm_tracker.domain.schedules.outcomes import MET, NOT_MET, POSITIVE, UNEXCUSED
from cm_tracker.domain.schedules.rehearsal import rehearse, visits_in
from cm_tracker.domain.schedules.schedule import Phase
from cm_tracker.domain.schedules.worked_readings import reading_lines
from cm_tracker.domain.schedules.worked_sample import (
    Sample,
    Samples,
    WorkedLine,
    chosen,
    in_its_weeks,
    ladder_of,
    paid_track,
    without_end,
)

Keys = Mapping[str, Any]
Lines = Iterator[tuple[str, WorkedLine]]
# So many levels of a ladder are named one by one.
FEW = 3
TESTS = ("drug_test", "breath_test", "reading")
BY_SCALE = "The reading decides what a visit pays, and not the level."


def phase_lines(samples: Samples, track: Keys, place: int, begins: WorkedLine | None) -> Lines:
    """Yield the worked lines of the phase at a place of a track, each with the key at which it stands.

    `begins` says where a client begins the phase; the first phase has no such line.
    """
    phase = track["phases"][place]
    if phase.get("pays_nothing") is not True:
        yield from _ladder_lines(samples, track, place)
        yield from _bonus_lines(samples, phase)
    if begins is not None:
        yield "carry_level", begins
    yield from _period_line(samples, phase)
    yield from _most_paid_line(samples, phase)
    yield from _pays_nothing_line(samples, phase)
    yield from _reset_line(samples, track, phase)
    if track.get("evidence") == "drug_test" or phase.get("target"):
        yield "target", _target_line(phase)
    if track.get("evidence") == "reading" or phase.get("reading"):
        rule = track.get("reading") if isinstance(track.get("reading"), dict) else {}
        yield from reading_lines(samples, phase.get("reading") or chosen(rule or {}, "unit"))


def _ladder_lines(samples: Samples, track: Keys, place: int) -> Lines:
    phase = track["phases"][place]
    if pays_by_scale(track, phase):
        yield "base", WorkedLine(BY_SCALE)
        return
    has_values = bool(phase.get("values"))
    own = samples.of([ladder_of(phase)])
    if own is not None:
        yield "values" if has_values else "base", WorkedLine(levels_in_words(own.phase, own.unit))
        if own.phase.value(0) != own.phase.value(FEW):
            yield "rises", WorkedLine(_rises_line(samples, track, place, own))
    if own is None or not has_values:
        values = [samples.plain(5 * n, n) for n in (1, 2, 3)]
        yield "values", _plain(samples.of([{"values": values}]), listed(map(str, values)), _levels_of)


def pays_by_scale(track: Keys, phase: Keys) -> bool:
    """Return whether the reading decides what a visit of a phase pays."""
    rule = phase.get("reading") or track.get("reading")
    return isinstance(rule, dict) and bool(rule.get("scale"))


def _plain(sample: Sample | None, given: str, says: Callable[[Sample], str]) -> WorkedLine:
    assert sample is not None, "plain values are a right document"
    return WorkedLine(says(sample), given)


def _levels_of(sample: Sample) -> str:
    return levels_in_words(sample.phase, sample.unit)


def levels_in_words(phase: Phase, unit: Unit) -> str:
    """Return what the levels of a ladder pay: Level 0, 1, 2: 10, 15, 20 points ($2.50, $3.75, $5.00)."""
    top = phase.top_level
    if top == 0 or (top is None and not phase.step):
        return f"Each visit that meets its target pays {unit.worth(phase.value(0))}."
    levels = range(FEW if top is None or top > FEW else top + 1)
    words = (
        f"Level {', '.join(str(level) for level in levels)}: {unit.each([phase.value(level) for level in levels])}; "
    )
    if top is None:
        return f"{words}each further level {unit.worth(phase.step)} more."
    since = "from then on" if top in levels else f"from level {top:,} on"
    return f"{words}{since} {unit.worth(phase.value(top))}."


def _rises_line(samples: Samples, track: Keys, place: int, own: Sample) -> str:
    """Return how a level rises, from the start level on; without numbers where a phase goes on with a client's level."""
    paid = _paid_in(samples, track, place)
    if place > 0:
        is_carried = track["phases"][place].get("carry_level") is True
        return _rises_from_any_level(own.phase, paid) if is_carried else _rises_in_words(own, paid)
    begins = samples.of([ladder_of(track["phases"][place])], **chosen(track, "start_level"))
    return _rises_from_any_level(own.phase, paid) if begins is None else _rises_in_words(begins, paid)


def _paid_in(samples: Samples, track: Keys, place: int) -> int:
    """Return how many visits of a phase are paid if all meet the target."""
    whole, phase = paid_track(samples, track), track["phases"][place]
    sample = whole or samples.of([ladder_of(phase, "most_paid")]) or samples.of([ladder_of(phase)])
    assert sample is not None, "the ladder is right"
    of = sample.track.phases[place if whole else 0]
    results = rehearse(sample.schedule, sample.track)
    return sum(result.why == PAID and of.first_week <= result.week <= of.last_week for result in results)


def _never_rises(phase: Phase, paid: int) -> str | None:
    """Return why no level rises where too few visits are paid, else None."""
    if paid == 0:
        return "No visit of these weeks is paid."
    if phase.rises == "week" and paid < phase.visits_per_week:
        are = "visit is" if paid == 1 else "visits are"
        return f"Only {paid} {are} paid and no {_period(phase)} gets full, so the level never rises."
    return None


def _rises_from_any_level(phase: Phase, paid: int) -> str:
    if never := _never_rises(phase, paid):
        return never
    if phase.rises == "visit" and paid == 1:
        return "Only one visit of these weeks is paid, so nothing rises in them."
    top = "" if phase.top_level is None else f", up to level {phase.top_level:,}"
    if phase.rises == "visit":
        return f"After each visit that meets the target, the next is paid one level higher{top}."
    return f"After each full {_period(phase)}, the next begins one level higher{top}."


def _rises_in_words(sample: Sample, paid: int) -> str:
    if never := _never_rises(sample.phase, paid):
        return never
    results = sample.results([MET] * (sample.phase.visits_per_week + FEW))
    if results[0].level == sample.phase.top_level:
        return f"The first visit is paid at level {results[0].level:,} already, and no level pays more."
    if sample.phase.rises == "visit":
        if paid == 1:
            return f"Only one visit of these weeks is paid, at level {results[0].level}."
        levels = ", ".join(str(result.level) for result in results[: min(FEW, paid)])
        if paid < FEW:
            return f"Two visits in a row that meet the target are paid at level {levels}, and no more are paid."
        return f"Three visits in a row that meet the target are paid at level {levels}."
    period, next_one = _period(sample.phase), results[sample.phase.visits_per_week]
    are = "visit of the first {} is" if sample.phase.visits_per_week == 1 else "visits of the first {} are"
    return (
        f"All {are.format(period)} paid at level {results[0].level}. When it is full, the next begins at level "
        f"{next_one.level}.".replace("All visit", "The visit")
    )


def _bonus_lines(samples: Samples, phase: Keys) -> Lines:
    amount = samples.plain(10, 2)
    own = {"run_bonus": phase.get("run_bonus") or None}
    plain = {"run_bonus": {"every": 3, "amount": amount}}
    yield "run_bonus.every", _line(samples, own, plain, f"3 and {amount}", _run_bonus_in_words)
    own = chosen(phase, "visits_per_week", "period_weeks", "week_bonus")
    yield "week_bonus", _line(samples, own, {"week_bonus": amount}, str(amount), _week_bonus_in_words)


def _line(
    samples: Samples,
    own: Keys,
    plain: Keys,
    given: str,
    says: Callable[[Sample], str],
    made: Callable[[Keys], Sequence[Keys]] | None = None,
) -> WorkedLine:
    """Return the line of a key of a phase with its own values or, where it is empty or wrong, with plain ones.

    `made` returns the phases of the sample; without it there is one, without an end.
    """
    (key,) = plain
    phases_of = made or (lambda keys: [without_end(keys)])
    sample = samples.of(phases_of(own)) if own.get(key) is not None else None
    if sample is not None:
        return WorkedLine(says(sample))
    return _plain(samples.of(phases_of({**own, **plain})) or samples.of([without_end(plain)]), given, says)


def _run_bonus_in_words(sample: Sample) -> str:
    bonus = sample.phase.run_bonus
    assert bonus is not None
    if bonus.every == 1:
        return f"Each visit that meets its target pays {sample.unit.worth(bonus.amount)} more."
    places = [ordinal(one.run) for one in sample.results([MET] * bonus.every * FEW) if one.run_bonus]
    if len(places) < FEW:
        return f"The {ordinal(bonus.every)} visit in a row pays {sample.unit.worth(bonus.amount)} more."
    return f"The {_and(places)} visit in a row pay {sample.unit.worth(bonus.amount)} more each."


def _week_bonus_in_words(sample: Sample) -> str:
    visits = sample.phase.visits_per_week
    last = sample.results([MET] * visits)[-1]
    which = "The paid visit" if visits == 1 else f"The {ordinal(visits)} paid visit"
    return (
        f"{which} of a {_period(sample.phase)} pays {sample.unit.worth(last.week_bonus)} more, if nothing reset the "
        "ladder in it before."
    )


def _period_line(samples: Samples, phase: Keys) -> Lines:
    own = chosen(phase, "visits_per_week", "period_weeks")
    yield "period_weeks", _line(samples, own, {"period_weeks": 2}, "2", _period_in_words, _in_weeks_of(phase))


def _in_weeks_of(phase: Keys) -> Callable[[Keys], Sequence[Keys]]:
    return lambda keys: in_its_weeks({**keys, "weeks": phase.get("weeks")}, *keys)


def _period_in_words(sample: Sample) -> str:
    phase = sample.phase
    first = phase.weeks_of_period(phase.first_week)
    visits = counted(phase.visits_per_week, "paid visit")
    be = "is" if phase.visits_per_week == 1 else "are"
    if phase.period_weeks == 1:
        return f"{visits} in a program week {be} a full week."
    return (
        f"{visits} in {phase.period_weeks} program weeks {be} a full period. The first ends with week {first.stop - 1}."
    )


def _most_paid_line(samples: Samples, phase: Keys) -> Lines:
    own = chosen(phase, "visits_per_week", "period_weeks", "most_paid")
    yield "most_paid", _line(samples, own, {"most_paid": 3}, "3", _beyond_here, _in_weeks_of(phase))


def _beyond_here(sample: Sample) -> str:
    return beyond_the_most(sample, "in these weeks")


def beyond_the_most(sample: Sample, where: str) -> str:
    """Return which visit is the first that a limit on paid visits leaves unpaid."""
    extra = next((n for n, result in enumerate(_in(sample), 1) if result.why == EXTRA), None)
    if extra is None:
        visits = sum(visits_in(phase) for phase in sample.track.phases if not phase.pays_nothing)
        return f"There are {counted(visits, 'visit')} {where}, so all of them can be paid."
    return f"The {ordinal(extra)} visit {where} that meets its target pays nothing and changes nothing."


def _in(sample: Sample) -> Sequence[Result]:
    """Return what the visits of the phases that pay earn if all of them meet the target."""
    return [
        result
        for result in rehearse(sample.schedule, sample.track)
        if (phase := sample.track.phase_in(result.week)) is not None and not phase.pays_nothing
    ]


def _pays_nothing_line(samples: Samples, phase: Keys) -> Lines:
    given = "" if phase.get("pays_nothing") is True else "“not paid”"
    sample = samples.of([{"pays_nothing": True, "base": 0, "step": 0}])
    yield "pays_nothing", _plain(sample, given, _unpaid_in_words)


def _unpaid_in_words(sample: Sample) -> str:
    (only,) = sample.results([MET])
    return (
        f"A visit in these weeks that meets its target pays {sample.unit.words(only.paid)}. The level stays as it is."
    )


def _reset_line(samples: Samples, track: Keys, phase: Keys) -> Lines:
    own = phase.get("reset_on")
    plain = POSITIVE if track.get("evidence") in TESTS else UNEXCUSED
    sample = samples.of([{"reset_on": [plain] if own is None else own}])
    if sample is None:
        return
    whys = {outcome: sample.results([MET, outcome])[-1].why for outcome in NOT_MET}
    resets = [RESETS[outcome] for outcome, why in whys.items() if why == RESET]
    others = [RESETS[outcome] for outcome, why in whys.items() if why != RESET]
    if not resets:
        says = "Nothing resets the ladder in these weeks."
    elif not others:
        says = f"In these weeks {_and(resets, 'or')} resets the ladder."
    else:
        keeps = "changes" if len(others) == 1 else "change"
        says = f"In these weeks {_and(resets, 'or')} resets the ladder; {_and(others)} {keeps} nothing."
    yield "has_own_resets", WorkedLine(says, "" if own is not None else f"only “{RESETS[plain]}”")


def _target_line(phase: Keys) -> WorkedLine:
    own = [in_sentence(analyte) for analyte in known_analytes(phase.get("target"))]
    names = own or [in_sentence("cocaine"), in_sentence("thc")]
    says = f"A test in these weeks counts when it is negative for {_and(names)}; other results change nothing."
    return WorkedLine(says, "" if own else "cocaine, thc")


def known_analytes(words: Any) -> list[str]:
    """Return the analytes that a list of a document names, none where one of them is not in the list of analytes."""
    named = [word for word in words or [] if not isinstance(word, str) or word.strip()]
    return named if all(isinstance(word, str) and word in BY_NAME for word in named) else []


def _period(phase: Phase) -> str:
    return "week" if phase.period_weeks == 1 else "period"


def _and(words: Sequence[str], joint: str = "and") -> str:
    *before, last = words
    return f"{', '.join(before)} {joint} {last}" if before else last
