"""The worked lines of a track: where it begins, what a lapse does, how a level comes back, and its limits."""

from collections.abc import Iterator, Mapping
from typing import Any

from cm_tracker.domain.phrases import Ordinal, phrase, phrases
from cm_tracker.domain.schedules.analytes import BY_NAME, in_sentence
from cm_tracker.domain.schedules.check import MOST_HOURS
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import EXTRA, PAID, RESET
from cm_tracker.domain.schedules.outcomes import DILUTE, MET, POSITIVE
from cm_tracker.domain.schedules.rehearsal import rehearse
from cm_tracker.domain.schedules.worked_most import beyond_the_most
from cm_tracker.domain.schedules.worked_phase import BY_SCALE, known_analytes, pays_by_scale
from cm_tracker.domain.schedules.worked_readings import reading_lines
from cm_tracker.domain.schedules.worked_sample import (
    Sample,
    Samples,
    WorkedLine,
    both,
    chosen,
    ladder_of,
    paid_track,
    without_end,
)

Keys = Mapping[str, Any]
Lines = Iterator[tuple[str, WorkedLine]]
# The level at which an invented client lapses.
LEVEL = 5
FLAT = phrase("Every level pays the same here, so a lapse changes no amount.")
NINE_O_CLOCK = 9 * 60


def track_lines(samples: Samples, track: Keys) -> Lines:
    """Yield the worked lines of a track, each with the key at which it stands."""
    if track.get("evidence") == "reading" or track.get("reading"):
        yield from reading_lines(samples, track.get("reading") or {})
    if track.get("evidence") == "hours" or track.get("hours"):
        yield "hours", _hours_line(track)
    if pays_by_scale(track, _first_that_pays(track)):
        yield from ((key, WorkedLine(BY_SCALE)) for key in ("start_level", "reset_to.drop", "restore.after"))
    else:
        yield "start_level", _start_line(samples, track)
        yield "reset_to.drop", _drop_line(samples, track)
        yield "restore.after", _restore_line(samples, track)
    yield "most_paid", _most_paid_line(samples, track)
    if track.get("evidence") == "drug_test":
        yield "on_dilute", _dilute_line(samples, track)
        yield "side_bonus.amount", _side_bonus_line(samples, track)
    if track.get("evidence") != "hours":
        yield "min_hours_between", _hours_between_line(samples, track)


def _hours_line(track: Keys) -> WorkedLine:
    own = track.get("hours")
    hours = own if type(own) is int and 1 <= own <= MOST_HOURS else 10
    says = phrases(
        "%(n)s hour attended and 1 hour excused make %(hours)s, so the week counts; %(n)s hour and 59 minutes do not.",
        "%(n)s hours attended and 1 hour excused make %(hours)s, so the week counts; %(n)s hours and 59 minutes do not.",
        hours - 1,
        hours=hours,
    )
    return WorkedLine(says, "" if hours == own else str(hours))


def begin_lines(samples: Samples, track: Keys) -> list[WorkedLine | None]:
    """Return for each phase of a track at which level a client begins it who met every target before.

    The first phase has no such line, and a track that cannot be worked out as a whole has none.
    """
    phases = len(track["phases"])
    sample = paid_track(samples, track, **chosen(track, "start_level"))
    if sample is None:
        return [None] * phases
    results = rehearse(sample.schedule, sample.track)
    lines: list[WorkedLine | None] = [None]
    for place, phase in enumerate(sample.track.phases[1:], 1):
        first = next(result for result in results if result.week >= phase.first_week)
        says = phrase(
            "A client who met every target before begins week %(week)s at level %(level)s: %(amount)s.",
            week=phase.first_week,
            level=first.level,
            amount=sample.unit.worth(first.ladder),
        )
        if phase.pays_nothing or first.why == EXTRA:
            says = phrase(
                "A client who met every target before begins week %(week)s at level %(level)s, and nothing is paid.",
                week=phase.first_week,
                level=first.level,
            )
        elif pays_by_scale(track, track["phases"][place]):
            says = phrase(
                "A client who met every target before begins week %(week)s at level %(level)s.",
                week=phase.first_week,
                level=first.level,
            )
        lines.append(WorkedLine(says))
    return lines


def _whole(samples: Samples, track: Keys, **keys: Any) -> Sample | None:
    """Return the sample of a track with all its phases and some of its keys."""
    phases = [{**ladder_of(phase, "carry_level"), "weeks": phase.get("weeks")} for phase in track["phases"]]
    return samples.of(phases, **keys)


def _first_that_pays(track: Keys) -> Keys:
    return next((phase for phase in track["phases"] if phase.get("pays_nothing") is not True), {})


def _endless_ladder(track: Keys) -> dict[str, Any]:
    """Return the ladder of the first phase that pays, without an end."""
    return without_end(ladder_of(_first_that_pays(track)))


def _start_line(samples: Samples, track: Keys) -> WorkedLine:
    own = track.get("start_level")
    sample = _whole(samples, track, start_level=own) if own else None
    given = "" if sample else str(LEVEL)
    sample = sample or _whole(samples, track, start_level=LEVEL) or samples.of([{}], start_level=LEVEL)
    assert sample is not None, "plain values are a right document"
    first = _first_paid(sample)
    if first is None:
        return WorkedLine(phrase("Nothing is paid in any of the weeks."), given)
    says = phrase(
        "The first paid visit of an enrollment is at level %(level)s: %(amount)s.",
        level=first.level,
        amount=sample.unit.worth(first.ladder),
    )
    return WorkedLine(says, given)


def _first_paid(sample: Sample) -> Result | None:
    """Return the first visit that is paid if all visits meet the target, with the side bonus."""
    return next((one for one in rehearse(sample.schedule, sample.track) if one.why == PAID), None)


def _drop_line(samples: Samples, track: Keys) -> WorkedLine:
    reset_to, ladder, plain = track.get("reset_to"), _endless_ladder(track), {"drop": 2}
    own = reset_to if isinstance(reset_to, dict) and reset_to.get("drop") else None
    sample = samples.of([ladder], start_level=LEVEL, reset_to=own) if own else None
    given = "" if sample else "2"
    sample = sample or samples.of([ladder], start_level=LEVEL, reset_to=plain)
    sample = sample or samples.of([{}], start_level=LEVEL, reset_to=plain)
    assert sample is not None, "plain values are a right document"
    if _is_flat(sample):
        return WorkedLine(FLAT, given)
    lapse, after = sample.results([POSITIVE, MET])
    says = phrase(
        "A lapse at level %(level)s (%(amount)s) goes to level %(lower)s (%(less)s).",
        level=lapse.level,
        amount=sample.unit.words(sample.phase.value(lapse.level)),
        lower=lapse.level_after,
        less=sample.unit.words(after.ladder),
    )
    return WorkedLine(says, given)


def _is_flat(sample: Sample) -> bool:
    return sample.phase.value(0) == sample.phase.value(LEVEL)


def _most_paid_line(samples: Samples, track: Keys) -> WorkedLine:
    own = track.get("most_paid")
    sample = _whole(samples, track, most_paid=own) if own else None
    if sample is not None:
        return WorkedLine(beyond_the_most(sample, is_of_all=True))
    sample = samples.of([{}], most_paid=10)
    assert sample is not None, "plain values are a right document"
    return WorkedLine(beyond_the_most(sample, is_of_all=True), "10")


def _restore_line(samples: Samples, track: Keys) -> WorkedLine:
    own, more = track.get("restore"), chosen(track, "reset_to", "restore_week_rises")
    plain = {"after": 5, "takes_effect": "next", "to": "last_paid"}
    ladder, given = _endless_ladder(track), ""
    sample = samples.of([ladder], restore=own, **more) if own else None
    if sample is None:
        sample, given = samples.of([ladder], restore=plain, **more) or samples.of([{}], restore=plain), "5"
    assert sample is not None and sample.track.restore is not None, "plain values are a right document"
    if _is_flat(sample):
        return WorkedLine(FLAT, given)
    restore = sample.track.restore
    met = LEVEL * (sample.phase.visits_per_week if sample.phase.rises == "week" else 1)
    results = sample.results([MET] * met + [POSITIVE] + [MET] * (restore.after + 1))
    back = restore.after if restore.takes_effect == "same" else restore.after + 1
    before, lapse, first, restored = results[met - 1], results[met], results[met + 1], results[met + back]
    if restored.why != PAID:
        says = phrase(
            "No schedule is so long that %(visits)s visits in a row can follow a lapse.", visits=restore.after
        )
        return WorkedLine(says, given)
    says = phrase(
        "The last paid visit is at level %(before)s, and a lapse at level %(level)s goes to level %(lower)s. The next visit "
        "pays %(first)s; the %(place)s in a row is at level %(back)s: %(restored)s.",
        before=before.level,
        level=lapse.level,
        lower=lapse.level_after,
        first=sample.unit.worth(first.ladder),
        place=Ordinal(back),
        back=restored.level,
        restored=sample.unit.worth(restored.ladder),
    )
    return WorkedLine(says, given)


def _dilute_line(samples: Samples, track: Keys) -> WorkedLine:
    sample = samples.of([{}], **chosen(track, "on_dilute")) or samples.of([{}])
    assert sample is not None, "plain values are a right document"
    whys = [result.why == RESET for result in sample.results([MET, DILUTE, DILUTE])[1:]]
    if not any(whys):
        return WorkedLine(phrase("Two dilute specimens in a row change nothing."))
    if whys[0]:
        return WorkedLine(phrase("A dilute specimen resets the ladder."))
    return WorkedLine(phrase("A dilute specimen changes nothing, a second one in a row resets the ladder."))


def _side_bonus_line(samples: Samples, track: Keys) -> WorkedLine:
    side, given = track.get("side_bonus") or {}, ""
    also = known_analytes(side.get("also_negative"))
    other = next(name for name in BY_NAME if name not in (*also, "thc"))
    more = {"evidence": "drug_test", "target": [other], **chosen(track, "start_level")}
    sample = _whole(samples, track, **more, side_bonus={**side, "also_negative": also}) if also else None
    first = None if sample is None else _first_paid(sample)
    if sample is None or first is None:
        amount = samples.plain(5, 1)
        given = phrase("%(amount)s, and THC", amount=amount)
        plain = {"amount": amount, "also_negative": ["thc"]}
        sample = _whole(samples, track, **more, side_bonus=plain)
        first = None if sample is None else _first_paid(sample)
    if sample is None or first is None:
        sample = samples.of([{}], evidence="drug_test", target=[other], side_bonus=plain)
        assert sample is not None, "plain values are a right document"
        (first,) = sample.results([MET], also_negative=True)
    assert sample.track.side_bonus is not None, "the sample has one"
    names: str
    names, *others = (in_sentence(analyte) for analyte in sample.track.side_bonus.also_negative)
    for other in others:
        names = both([names, other])
    says = phrase(
        "The first visit that meets its target pays %(amount)s; if it is negative for %(analytes)s, too, %(more)s.",
        amount=sample.unit.words(first.ladder),
        analytes=names,
        more=sample.unit.worth(first.ladder + first.side_bonus),
    )
    return WorkedLine(says, given)


def _hours_between_line(samples: Samples, track: Keys) -> WorkedLine:
    own = track.get("min_hours_between")
    sample = samples.of([{}], min_hours_between=own) if own else None
    given = "" if sample else "20"
    sample = sample or samples.of([{}], min_hours_between=20)
    assert sample is not None and sample.track.min_hours_between is not None, "plain values are a right document"
    days, minute = divmod(NINE_O_CLOCK + sample.track.min_hours_between * 60, 24 * 60)
    twelve = minute // 60 % 12 or 12
    hour = phrase("%(hour)s:00 AM", hour=twelve) if minute < 12 * 60 else phrase("%(hour)s:00 PM", hour=twelve)
    if days == 0:
        says = phrase("After a paid visit at 9:00 AM, the next one counts from %(hour)s the same day on.", hour=hour)
    elif days == 1:
        says = phrase("After a paid visit at 9:00 AM, the next one counts from %(hour)s the next day on.", hour=hour)
    else:
        says = phrase(
            "After a paid visit at 9:00 AM, the next one counts from %(hour)s %(days)s days later on.",
            hour=hour,
            days=days,
        )
    return WorkedLine(says, given)
