"""Labels of what saving a visit will do, for the form of the visit."""

from typing import NamedTuple

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, OUTSIDE, PAID, RESET, TOO_SOON
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.consequences import Consequence
from cm_tracker.i18n import number
from cm_tracker.labels.counting import amount, counted, listed
from cm_tracker.labels.readings import between
from cm_tracker.labels.visits import limit

# What a visit is if it has an outcome, by the evidence of its track: "If it is negative".
_CONDITIONS = {
    ("drug_test", outcomes.MET): "negative",
    ("drug_test", outcomes.POSITIVE): "positive",
    ("breath_test", outcomes.MET): "clear",
    ("breath_test", outcomes.POSITIVE): "at or above the cut-off",
    ("", outcomes.REFUSED): "refused",
    ("", outcomes.TAMPERED): "tampered with",
    ("", outcomes.DILUTE): "too dilute to read",
    ("", outcomes.PENDING): "still pending at the lab",
    ("drug_test", outcomes.EXCUSED): "not usable",
    ("breath_test", outcomes.EXCUSED): "not usable",
    ("reading", outcomes.EXCUSED): "not usable",
    ("", outcomes.UNEXCUSED): "not excused",
    ("", outcomes.EXCUSED): "excused",
}
_RESETTING = {outcomes.POSITIVE: "positive", outcomes.REFUSED: "refused", outcomes.TAMPERED: "tampered"}


class ConsequenceLine(NamedTuple):
    """What outcomes would do: "If it is negative", "It earns 25 points.", and a note that may be empty."""

    condition: str
    text: str
    note: str


def lines(each: tuple[Consequence, ...], track: Track) -> tuple[ConsequenceLine, ...]:
    """Return what saving would do, with one line for all outcomes that do the same. Hours have a line for each."""
    if track.evidence == "hours":
        return tuple(ConsequenceLine(_enough(one.outcome, track), *_consequence(one, track)) for one in each)
    words: dict[tuple[str, str], list[str]] = {}
    for one in each:
        kind = "" if one.is_absence else track.evidence
        condition = _CONDITIONS.get((kind, one.outcome)) or _CONDITIONS.get(("", one.outcome), "")
        if one.least is not None and track.reading is not None:
            condition = between(one.least, one.most, track.reading.unit)
        words.setdefault(_consequence(one, track), []).append(condition)
    return tuple(
        ConsequenceLine(_condition(conditions, is_any=1 < len(conditions) == len(each)), text, note)
        for (text, note), conditions in words.items()
    )


def _enough(outcome: str, track: Track) -> str:
    """Return when a week of hours has an outcome."""
    needed = counted(track.hours or 0, "hour")
    return {
        outcomes.MET: f"From {needed} on, attended or excused",
        outcomes.UNEXCUSED: f"Below {needed}",
        outcomes.EXCUSED: "If no hours were expected",
    }[outcome]


def _condition(conditions: list[str], *, is_any: bool) -> str:
    if not all(conditions):
        return "If you record it"
    if is_any:
        return "Excused or not" if "not excused" in conditions else "Whatever the result"
    return f"If it is {listed(conditions, 'or')}"


def _consequence(one: Consequence, track: Track) -> tuple[str, str]:
    """Return what one outcome would do, and a note."""
    text, note = _own_consequence(one, track)
    if one.changes_others:
        others = "Later weeks" if track.evidence == "hours" else "Other visits"
        note = f"{note} {others} are worked out again; you see how before it is saved.".strip()
    return text, note


def _own_consequence(one: Consequence, track: Track) -> tuple[str, str]:
    result = one.result
    if result is None:
        return "It cannot be recorded.", f"{_all_took_place(track)}, so there was nothing to miss."
    if result.why == PAID:
        text = f"It earns {amount(result.paid, result.unit)}."
        if one.with_bonus is not None and one.with_bonus.paid > result.paid:
            text += f" With the side bonus it earns {amount(one.with_bonus.paid, result.unit)}."
        cut = f"The {limit(result.cut_by)} ceiling cuts it from {number(result.due)}." if result.cut_by else ""
        return text, cut
    if result.why == RESET:
        down = "back to the start" if track.drop is None else f"down by {counted(track.drop, 'level')}"
        return f"The ladder goes {down}.", "What was earned stays."
    if result.why == EXTRA:
        return "It earns nothing and changes nothing.", f"{_all_took_place(track)}."
    if result.why == TOO_SOON:
        hours = counted(track.min_hours_between or 0, "hour")
        return "It earns nothing and changes nothing.", f"The last paid visit was less than {hours} before."
    if result.why == OUTSIDE:
        return "It earns nothing and changes nothing.", "The day is outside the schedule’s weeks."
    if result.why == BASELINE:
        return "It is recorded and changes nothing.", "Nothing is paid in these weeks."
    if result.outcome == outcomes.PENDING:
        return "Nothing is earned or lost yet.", "Once the result is known, it counts for that day."
    return "Nothing is earned, and nothing is lost.", ""


def _all_took_place(track: Track) -> str:
    if track.evidence == "hours":
        return "All weeks that are paid have their hours"
    return "All paid visits of that week took place" if track.counts_by_week else "All visits that are paid took place"


def not_paid(each: tuple[Consequence, ...], track: Track) -> str:
    """Return why a visit of the day would earn nothing though it meets the target; empty where it earns something.

    It is too soon after the last paid one, or the paid visits are complete.
    """
    met_one = next((one for one in each if one.outcome == outcomes.MET and one.result is not None), None)
    if met_one is None or met_one.result is None or met_one.result.why not in (TOO_SOON, EXTRA):
        return ""
    text, note = _own_consequence(met_one, track)
    return f"{note} {text}"


def met(one: Consequence, track: Track) -> str:
    """Return what a visit that meets the target earns, for the head of its form: negative earns 4 draws."""
    assert one.result is not None
    return f"{_CONDITIONS.get((track.evidence, outcomes.MET), 'it')} earns {amount(one.result.paid, one.result.unit)}"


def beyond_the_paid_ones(track: Track) -> str:
    """Return what a further visit does in a week, or in a longer period, whose paid visits are complete."""
    then = "this week" if track.counts_by_week else "until then"
    if track.evidence == "hours":
        return f"More hours {then} earn nothing."
    if not track.is_test:
        return f"Another visit {then} earns nothing."
    resets = [word for outcome, word in _RESETTING.items() if outcome in track.reset_on]
    if not resets:
        return f"Another test {then} earns nothing."
    down = "back to the start" if track.drop is None else f"down by {counted(track.drop, 'level')}"
    back = f"a {listed(resets, 'or')} test still takes the ladder {down}"
    another = f"{_CONDITIONS.get((track.evidence, outcomes.MET), '')} test".strip()
    return f"Another {another} {then} earns nothing; {back}."
