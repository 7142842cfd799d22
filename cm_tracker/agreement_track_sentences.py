"""What one track pays, in the words of the agreement with a client: its goal, its amounts, and a worked example."""

from collections.abc import Iterable, Iterator

from cm_tracker.domain.clients.agreements import HEADING, ITEM, PLAIN, ROW, line
from cm_tracker.domain.schedules.agreed import Example, example_of
from cm_tracker.domain.schedules.outcomes import NOT_MET, POSITIVE, REFUSED, TAMPERED, UNEXCUSED
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track
from cm_tracker.i18n import gettext, ngettext, number
from cm_tracker.sentences import amount

_ = gettext


def track_lines(schedule: Schedule, track: Track) -> Iterator[str]:
    """Yield the lines about a track, its heading first."""
    yield line(HEADING, _("Your goal: %(title)s", title=track.title))
    for sentence in _what_counts(track):
        yield line(ITEM, sentence)
    for phase in track.phases:
        yield line(ITEM, " ".join([_weeks(phase), *_phase(phase, track)]))
    for sentence in _more(track):
        yield line(ITEM, sentence)
    example = example_of(schedule, track)
    if example is not None:
        yield from _example(example, track)


def _what_counts(track: Track) -> Iterator[str]:
    if track.reading is not None:
        yield from _reading(track.reading, track.pays)
    elif track.evidence == "drug_test":
        yield _("A test counts when it shows none of these: %(names)s.", names=_names(track.target))
    elif track.evidence == "breath_test":
        yield _("A breath test counts when it is clear.")
    elif track.evidence == "attendance":
        yield _("It counts when you come and stay.")
    elif track.evidence == "hours":
        yield ngettext(
            "A week counts with %(n)s hour or more with us.",
            "A week counts with %(n)s hours or more with us.",
            track.hours or 0,
        )
    else:
        yield _("It counts when you did it and showed us.")


def _reading(rule: ReadingRule, unit: str) -> Iterator[str]:
    values = {"limit": number(rule.at_most), "unit": rule.unit}
    yield _("A test counts at %(limit)s %(unit)s or below.", **values)
    if rule.percentile is not None:
        yield _("A test that is among the best of your last tests counts, too.")
    if rule.falls_by_percent is not None:
        yield _("A test counts, too, when it is %(percent)s%% lower than the last one.", percent=rule.falls_by_percent)
    for step in rule.scale:
        yield _(
            "At %(limit)s %(unit)s or below, it pays %(amount)s.",
            limit=number(step.at_most),
            unit=rule.unit,
            amount=amount(step.amount, unit),
        )


def _weeks(phase: Phase) -> str:
    if phase.first_week == phase.last_week:
        return _("Week %(n)s:", n=number(phase.first_week))
    return _("Weeks %(first)s to %(last)s:", first=number(phase.first_week), last=number(phase.last_week))


def _phase(phase: Phase, track: Track) -> Iterator[str]:
    if phase.pays_nothing:
        yield _("Nothing is paid in this time. We only write down how it goes.")
        return
    if phase.target != track.target:
        yield _("A test counts when it shows none of these: %(names)s.", names=_names(phase.target))
    if phase.reading is not None and phase.reading != track.reading:
        yield from _reading(phase.reading, track.pays)
    if track.evidence == "hours" and phase.period_weeks == 1:
        yield _("Each week can be paid.")
    elif phase.period_weeks == 1:
        yield ngettext("Up to %(n)s is paid in a week.", "Up to %(n)s are paid in a week.", phase.visits_per_week)
    else:
        yield _(
            "Up to %(n)s are paid in %(weeks)s weeks.",
            n=number(phase.visits_per_week),
            weeks=number(phase.period_weeks),
        )
    yield from _ladder(phase, track)
    if phase.reset_on != track.reset_on:
        causes = [cause(outcome, track) for outcome in ways_to_miss(track) if outcome in phase.reset_on]
        if causes:
            yield _("In this time the amount starts low again after: %(causes)s.", causes=", ".join(causes))
        else:
            yield _("In this time nothing lowers the amount.")
    unit = track.pays
    if phase.run_bonus is not None and phase.run_bonus.every == 1:
        yield _("Each one pays %(amount)s on top.", amount=amount(phase.run_bonus.amount, unit))
    elif phase.run_bonus is not None:
        bonus = phase.run_bonus
        yield _(
            "For each %(n)s in a row you get %(amount)s on top.",
            n=number(bonus.every),
            amount=amount(bonus.amount, unit),
        )
    if phase.week_bonus is not None:
        more = amount(phase.week_bonus, unit)
        if phase.period_weeks == 1:
            yield _("A full week pays %(amount)s on top.", amount=more)
        else:
            yield _("%(n)s full weeks pay %(amount)s on top.", n=number(phase.period_weeks), amount=more)
    if phase.most_paid is not None:
        yield ngettext(
            "No more than %(n)s is paid in this time.", "No more than %(n)s are paid in this time.", phase.most_paid
        )


def _ladder(phase: Phase, track: Track) -> Iterator[str]:
    unit = track.pays
    if phase.reading is not None and phase.reading.scale:
        return
    if phase.values:
        yield _("They pay, one after the other: %(amounts)s.", amounts=", ".join(map(number, phase.values)))
        return
    if not phase.step or phase.top_level == 0:
        yield _("Each one pays %(amount)s.", amount=amount(phase.value(0), unit))
        return
    yield _("The first one pays %(amount)s.", amount=amount(phase.value(0), unit))
    more = amount(phase.step, unit)
    if phase.rises == "visit":
        yield _("Each next one in a row pays %(amount)s more.", amount=more)
    elif phase.period_weeks == 1:
        yield _("After each full week they pay %(amount)s more.", amount=more)
    else:
        yield _("After each %(n)s full weeks they pay %(amount)s more.", n=number(phase.period_weeks), amount=more)
    if phase.cap is not None:
        yield _("It goes up to %(amount)s.", amount=amount(phase.cap, unit))


def _more(track: Track) -> Iterator[str]:
    if track.side_bonus is not None:
        yield _(
            "You get %(amount)s on top when the test also shows none of these: %(names)s.",
            amount=amount(track.side_bonus.amount, track.pays),
            names=_names(track.side_bonus.also_negative),
        )
    if track.most_paid is not None:
        yield ngettext("No more than %(n)s is paid in all.", "No more than %(n)s are paid in all.", track.most_paid)
    if track.min_hours_between is not None:
        yield ngettext(
            "At least %(n)s hour must lie between two that are paid.",
            "At least %(n)s hours must lie between two that are paid.",
            track.min_hours_between,
        )


def _example(example: Example, track: Track) -> Iterator[str]:
    what = {"hours": _("Week"), "activity": _("Goal")}.get(track.evidence, _("Visit"))
    if track.reading is not None and track.reading.scale:
        yield line(PLAIN, _("An example, with the lowest number each time:"))
    else:
        yield line(PLAIN, _("An example:"))
    yield line(ROW, what, _("What happens"), _("You get"))
    for one in example.visits:
        if one.leaves_out:
            yield line(ROW, "…", _("and so on"), "…")
        happens = _("You meet your goal.") if one.is_met else _("You do not meet it.")
        yield line(ROW, number(one.number), happens, amount(one.paid, track.pays))
    if example.after_lapse is None:
        return
    if not example.is_lower:
        yield line(PLAIN, _("The next one after a miss is not worth less."))
        return
    yield line(
        PLAIN, _("The next one after a miss is worth %(amount)s.", amount=amount(example.after_lapse, track.pays))
    )
    if example.after is None:
        yield line(PLAIN, _("From there it goes up again, step by step."))
    elif track.evidence == "hours":
        yield line(
            PLAIN,
            ngettext(
                "After %(n)s week with enough hours you are back where you were.",
                "After %(n)s weeks in a row with enough hours you are back where you were.",
                example.after,
            ),
        )
    else:
        yield line(
            PLAIN,
            ngettext(
                "After %(n)s visit that meets your goal you are back where you were.",
                "After %(n)s visits in a row that meet your goal you are back where you were.",
                example.after,
            ),
        )


def ways_to_miss(track: Track) -> tuple[str, ...]:
    """Return the outcomes by which the target of a track can be missed."""
    if track.has_cup:
        return NOT_MET
    return (POSITIVE, UNEXCUSED, REFUSED) if track.is_test else (UNEXCUSED,)


def cause(outcome: str, track: Track) -> str:
    """Return an outcome in the client's words, as a part of a sentence."""
    if outcome == UNEXCUSED:
        return {
            "hours": _("a week with too few hours"),
            "activity": _("a goal that is not done in time"),
        }.get(track.evidence, _("a visit that you miss without an excuse"))
    return {
        POSITIVE: _("a test that does not meet your goal"),
        REFUSED: _("a test that you do not want to give"),
        TAMPERED: _("a specimen that is not your own or was changed"),
    }[outcome]


def _names(analytes: Iterable[str]) -> str:
    known = _substances()
    return ", ".join(known.get(name, name) for name in analytes)


def _substances() -> dict[str, str]:
    return {
        "stimulant": _("stimulants"),
        "cocaine": _("cocaine"),
        "amphetamine": _("amphetamine"),
        "methamphetamine": _("meth"),
        "mdma": "MDMA",
        "cathinone": _("bath salts"),
        "opioid": _("opioids"),
        "opiate": _("opiates"),
        "morphine": _("morphine"),
        "heroin": _("heroin"),
        "hydrocodone": _("hydrocodone"),
        "oxycodone": _("oxycodone"),
        "fentanyl": _("fentanyl"),
        "methadone": _("methadone"),
        "eddp": _("methadone"),
        "buprenorphine": _("buprenorphine"),
        "tramadol": _("tramadol"),
        "propoxyphene": _("propoxyphene"),
        "thc": _("cannabis"),
        "synthetic-cannabinoid": _("spice"),
        "benzodiazepine": _("benzos"),
        "barbiturate": _("barbiturates"),
        "sedative": _("sedatives"),
        "phencyclidine": "PCP",
        "tricyclic": _("tricyclics"),
        "ketamine": _("ketamine"),
        "gabapentin": _("gabapentin"),
        "xylazine": _("xylazine"),
        "kratom": "kratom",
        "alcohol": _("alcohol"),
        "etg": _("alcohol"),
        "cotinine": _("nicotine"),
    }
