"""The worked lines of a phase: what its visits pay, its bonuses, and what it has in place of its track's rules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cm_tracker.domain.phrases import Ordinal, phrase, phrases
from cm_tracker.domain.schedules.analytes import BY_NAME, in_sentence
from cm_tracker.domain.schedules.difference_lines import RESETS, Unit
from cm_tracker.domain.schedules.ladder import PAID, RESET
from cm_tracker.domain.schedules.outcomes import MET, NOT_MET, POSITIVE, UNEXCUSED
from cm_tracker.domain.schedules.rehearsal import rehearse
from cm_tracker.domain.schedules.schedule import Phase
from cm_tracker.domain.schedules.worked_most import beyond_the_most
from cm_tracker.domain.schedules.worked_readings import reading_lines
from cm_tracker.domain.schedules.worked_sample import (
    Sample,
    Samples,
    WorkedLine,
    both,
    chosen,
    each_worth,
    either,
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
BY_SCALE = phrase("The reading decides what a visit pays, and not the level.")


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
        yield "values", _plain(samples.of([{"values": values}]), ", ".join(map(str, values)), _levels_of)


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
        return phrase("Each visit that meets its target pays %(amount)s.", amount=unit.worth(phase.value(0)))
    levels = range(FEW if top is None or top > FEW else top + 1)
    amounts = each_worth(unit, [phase.value(level) for level in levels])
    named = ", ".join(str(level) for level in levels)
    if top is None:
        return phrase(
            "Level %(levels)s: %(amounts)s; each further level %(more)s more.",
            levels=named,
            amounts=amounts,
            more=unit.worth(phase.step),
        )
    most = unit.worth(phase.value(top))
    if top in levels:
        return phrase("Level %(levels)s: %(amounts)s; from then on %(most)s.", levels=named, amounts=amounts, most=most)
    return phrase(
        "Level %(levels)s: %(amounts)s; from level %(level)s on %(most)s.",
        levels=named,
        amounts=amounts,
        level=top,
        most=most,
    )


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
        return phrase("No visit of these weeks is paid.")
    if phase.rises == "week" and paid < phase.visits_per_week:
        if phase.period_weeks == 1:
            return phrases(
                "Only %(n)s visit is paid and no week gets full, so the level never rises.",
                "Only %(n)s visits are paid and no week gets full, so the level never rises.",
                paid,
            )
        return phrases(
            "Only %(n)s visit is paid and no period gets full, so the level never rises.",
            "Only %(n)s visits are paid and no period gets full, so the level never rises.",
            paid,
        )
    return None


def _rises_from_any_level(phase: Phase, paid: int) -> str:
    if never := _never_rises(phase, paid):
        return never
    if phase.rises == "visit" and paid == 1:
        return phrase("Only one visit of these weeks is paid, so nothing rises in them.")
    top = phase.top_level
    if phase.rises == "visit":
        if top is None:
            return phrase("After each visit that meets the target, the next is paid one level higher.")
        return phrase(
            "After each visit that meets the target, the next is paid one level higher, up to level %(top)s.", top=top
        )
    if phase.period_weeks == 1:
        if top is None:
            return phrase("After each full week, the next begins one level higher.")
        return phrase("After each full week, the next begins one level higher, up to level %(top)s.", top=top)
    if top is None:
        return phrase("After each full period, the next begins one level higher.")
    return phrase("After each full period, the next begins one level higher, up to level %(top)s.", top=top)


def _rises_in_words(sample: Sample, paid: int) -> str:
    if never := _never_rises(sample.phase, paid):
        return never
    results = sample.results([MET] * (sample.phase.visits_per_week + FEW))
    if results[0].level == sample.phase.top_level:
        return phrase(
            "The first visit is paid at level %(level)s already, and no level pays more.", level=results[0].level
        )
    if sample.phase.rises == "visit":
        if paid == 1:
            return phrase("Only one visit of these weeks is paid, at level %(level)s.", level=results[0].level)
        levels = ", ".join(str(result.level) for result in results[: min(FEW, paid)])
        if paid < FEW:
            return phrase(
                "Two visits in a row that meet the target are paid at level %(levels)s, and no more are paid.",
                levels=levels,
            )
        return phrase("Three visits in a row that meet the target are paid at level %(levels)s.", levels=levels)
    visits = sample.phase.visits_per_week
    first, following = results[0].level, results[visits].level
    if sample.phase.period_weeks == 1:
        return phrases(
            "The visit of the first week is paid at level %(level)s. When it is full, the next begins at level %(next)s.",
            "The visits of the first week are paid at level %(level)s. When it is full, the next begins at level %(next)s.",
            visits,
            level=first,
            next=following,
        )
    return phrases(
        "The visit of the first period is paid at level %(level)s. When it is full, the next begins at level %(next)s.",
        "The visits of the first period are paid at level %(level)s. When it is full, the next begins at level %(next)s.",
        visits,
        level=first,
        next=following,
    )


def _bonus_lines(samples: Samples, phase: Keys) -> Lines:
    amount = samples.plain(10, 2)
    own = {"run_bonus": phase.get("run_bonus") or None}
    plain = {"run_bonus": {"every": 3, "amount": amount}}
    yield (
        "run_bonus.every",
        _line(samples, own, plain, phrase("%(first)s and %(second)s", first=3, second=amount), _run_bonus_in_words),
    )
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
    amount = sample.unit.worth(bonus.amount)
    if bonus.every == 1:
        return phrase("Each visit that meets its target pays %(amount)s more.", amount=amount)
    places = [Ordinal(one.run) for one in sample.results([MET] * bonus.every * FEW) if one.run_bonus]
    if len(places) < FEW:
        return phrase("The %(place)s visit in a row pays %(amount)s more.", place=Ordinal(bonus.every), amount=amount)
    first, second, third = places
    return phrase(
        "The %(first)s, %(second)s and %(third)s visit in a row pay %(amount)s more each.",
        first=first,
        second=second,
        third=third,
        amount=amount,
    )


def _week_bonus_in_words(sample: Sample) -> str:
    visits = sample.phase.visits_per_week
    amount = sample.unit.worth(sample.results([MET] * visits)[-1].week_bonus)
    if sample.phase.period_weeks == 1:
        return phrases(
            "The paid visit of a week pays %(amount)s more, if nothing reset the ladder in it before.",
            "The %(place)s paid visit of a week pays %(amount)s more, if nothing reset the ladder in it before.",
            visits,
            place=Ordinal(visits),
            amount=amount,
        )
    return phrases(
        "The paid visit of a period pays %(amount)s more, if nothing reset the ladder in it before.",
        "The %(place)s paid visit of a period pays %(amount)s more, if nothing reset the ladder in it before.",
        visits,
        place=Ordinal(visits),
        amount=amount,
    )


def _period_line(samples: Samples, phase: Keys) -> Lines:
    own = chosen(phase, "visits_per_week", "period_weeks")
    yield "period_weeks", _line(samples, own, {"period_weeks": 2}, "2", _period_in_words, _in_weeks_of(phase))


def _in_weeks_of(phase: Keys) -> Callable[[Keys], Sequence[Keys]]:
    return lambda keys: in_its_weeks({**keys, "weeks": phase.get("weeks")}, *keys)


def _period_in_words(sample: Sample) -> str:
    phase = sample.phase
    first = phase.weeks_of_period(phase.first_week)
    if phase.period_weeks == 1:
        return phrases(
            "%(n)s paid visit in a program week is a full week.",
            "%(n)s paid visits in a program week are a full week.",
            phase.visits_per_week,
        )
    return phrases(
        "%(n)s paid visit in %(weeks)s program weeks is a full period. The first ends with week %(last)s.",
        "%(n)s paid visits in %(weeks)s program weeks are a full period. The first ends with week %(last)s.",
        phase.visits_per_week,
        weeks=phase.period_weeks,
        last=first.stop - 1,
    )


def _most_paid_line(samples: Samples, phase: Keys) -> Lines:
    own = chosen(phase, "visits_per_week", "period_weeks", "most_paid")
    yield "most_paid", _line(samples, own, {"most_paid": 3}, "3", _beyond_here, _in_weeks_of(phase))


def _beyond_here(sample: Sample) -> str:
    return beyond_the_most(sample, is_of_all=False)


def _pays_nothing_line(samples: Samples, phase: Keys) -> Lines:
    given = "" if phase.get("pays_nothing") is True else phrase("“not paid”")
    sample = samples.of([{"pays_nothing": True, "base": 0, "step": 0}])
    yield "pays_nothing", _plain(sample, given, _unpaid_in_words)


def _unpaid_in_words(sample: Sample) -> str:
    (only,) = sample.results([MET])
    return phrase(
        "A visit in these weeks that meets its target pays %(amount)s. The level stays as it is.",
        amount=sample.unit.words(only.paid),
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
        says = phrase("Nothing resets the ladder in these weeks.")
    elif not others:
        says = phrase("In these weeks %(what)s resets the ladder.", what=either(resets))
    else:
        says = phrases(
            "In these weeks %(what)s resets the ladder; %(others)s changes nothing.",
            "In these weeks %(what)s resets the ladder; %(others)s change nothing.",
            len(others),
            what=either(resets),
            others=both(others),
        )
    yield "has_own_resets", WorkedLine(says, "" if own is not None else phrase("only “%(what)s”", what=RESETS[plain]))


def _target_line(phase: Keys) -> WorkedLine:
    own = [in_sentence(analyte) for analyte in known_analytes(phase.get("target"))]
    names = own or [in_sentence("cocaine"), in_sentence("thc")]
    says = phrase(
        "A test in these weeks counts when it is negative for %(analytes)s; other results change nothing.",
        analytes=both(names),
    )
    return WorkedLine(says, "" if own else "cocaine, thc")


def known_analytes(words: Any) -> list[str]:
    """Return the analytes that a list of a document names, none where one of them is not in the list of analytes."""
    named = [word for word in words or [] if not isinstance(word, str) or word.strip()]
    return named if all(isinstance(word, str) and word in BY_NAME for word in named) else []
