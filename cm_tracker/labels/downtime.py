"""Labels of the paper sheet for when the program is down, and of what was typed from it."""

from typing import NamedTuple

from cm_tracker import i18n
from cm_tracker.clock import zone
from cm_tracker.domain.day.next_visit import NextVisit
from cm_tracker.domain.errors import Refused, SameVisit
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.analytes import title_of
from cm_tracker.domain.visits.consequences import Consequence
from cm_tracker.i18n import gettext, lazy, marked, number, time_of_day, weekday
from cm_tracker.labels.consequences import lines
from cm_tracker.labels.counting import amount, listed
from cm_tracker.labels.readings import between
from cm_tracker.labels.tags import Tag
from cm_tracker.labels.visits import outcome
from cm_tracker.queries.day.downtime import DayClient, TrackValue, TypedLine, TypedVisit

_MET = {
    "drug_test": lazy("negative"),
    "breath_test": lazy("clear"),
    "attendance": lazy("here"),
    "activity": lazy("done"),
}
_NOT_MET = {
    outcomes.POSITIVE: lazy("positive"),
    outcomes.REFUSED: lazy("refused"),
    outcomes.UNEXCUSED: lazy("missed without an excuse"),
}

# Results that are told with their analyte; the others are in the tables above.
RESULTS = (marked("pending"),)


class ValueLine(NamedTuple):
    """What outcomes do: "Negative", and "It earns 25 points."."""

    condition: str
    text: str


def value_lines(value: TrackValue) -> tuple[ValueLine, ...]:
    """Return what a visit of the day would do, with one line for all outcomes that do the same."""
    found: dict[str, list[str]] = {}
    for one in value.consequences:
        found.setdefault(_text(one, value), []).append(_condition(one, value))
    return tuple(ValueLine(_first_large(listed(words, gettext("or"))), text) for text, words in found.items())


def _condition(one: Consequence, value: TrackValue) -> str:
    if one.least is not None and value.track.reading is not None:
        return between(one.least, one.most, value.track.reading.unit)
    if one.outcome == outcomes.MET:
        return str(_MET.get(value.track.evidence) or gettext("met"))
    return str(_NOT_MET[one.outcome])


def _text(one: Consequence, value: TrackValue) -> str:
    line = lines((one,), value.track)[0]
    bonus = one.result.run_bonus + one.result.week_bonus if one.result is not None else 0
    more = ""
    if bonus and one.result is not None:
        more = gettext("A bonus of %(amount)s is in it.", amount=amount(bonus, one.result.unit))
    return " ".join(part for part in (line.text, more, line.note) if part)


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def hindrance(refused: Refused) -> str:
    """Return why nothing can be recorded on the day."""
    return gettext("It is recorded already.") if isinstance(refused, SameVisit) else refused.message(i18n)


def next_visit(one: NextVisit | None, time_zone: str) -> str:
    """Return when a client comes next after the day."""
    if one is None:
        return gettext("not planned")
    if one.slot is None:
        return gettext("we tell them on the day")
    at = one.slot.begins_at.astimezone(zone(time_zone))
    return f"{weekday(one.slot.on_day)}, {time_of_day(at.time())}"


def typed(visit: TypedVisit) -> str:
    """Return a visit as it was typed, to compare with the paper: Met, specimen HS-77, Opiates positive."""
    parts = [outcome(visit.outcome).text]
    parts += [gettext("reading %(number)s", number=number(visit.reading))] if visit.reading is not None else []
    parts += [gettext("specimen %(specimen_id)s", specimen_id=visit.specimen_id)] if visit.specimen_id else []
    parts += [
        gettext("%(analyte)s %(result)s", analyte=gettext(title_of(analyte)), result=gettext(result))
        for analyte, result in visit.not_negative
    ]
    return ", ".join(str(part) for part in parts)


def state_of(*lines: TypedLine) -> Tag:
    """Return where typed lines of a client stand: signed, or not all of them."""
    if all(line.signed_at for line in lines):
        return Tag(gettext("Signed"), "good")
    return Tag(gettext("Waits for a signature"), "warm")


def state(one: DayClient) -> Tag:
    """Return where a client of the day stands: typed and signed, typed, recorded in another way, or not typed yet."""
    if one.typed:
        return state_of(*one.typed)
    return Tag(gettext("Not typed yet")) if one.is_open else Tag(gettext("Recorded before"))
