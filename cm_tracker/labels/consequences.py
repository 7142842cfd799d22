"""Labels of what saving a visit will do, for the form of the visit."""

from typing import NamedTuple

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, OUTSIDE, PAID, RESET, TOO_SOON
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.consequences import Consequence
from cm_tracker.i18n import gettext, lazy, ngettext, number
from cm_tracker.labels.counting import amount, listed
from cm_tracker.labels.readings import between
from cm_tracker.labels.schedules import down_by
from cm_tracker.labels.visits import limit

# What a visit is if it has an outcome, by the evidence of its track: "If it is negative".
_CONDITIONS = {
    ("drug_test", outcomes.MET): lazy("negative"),
    ("drug_test", outcomes.POSITIVE): lazy("positive"),
    ("breath_test", outcomes.MET): lazy("clear"),
    ("breath_test", outcomes.POSITIVE): lazy("at or above the cut-off"),
    ("", outcomes.REFUSED): lazy("refused"),
    ("", outcomes.TAMPERED): lazy("tampered with"),
    ("", outcomes.DILUTE): lazy("too dilute to read"),
    ("", outcomes.PENDING): lazy("still pending at the lab"),
    ("drug_test", outcomes.EXCUSED): lazy("not usable"),
    ("breath_test", outcomes.EXCUSED): lazy("not usable"),
    ("reading", outcomes.EXCUSED): lazy("not usable"),
    ("", outcomes.UNEXCUSED): lazy("not excused"),
    ("", outcomes.EXCUSED): lazy("excused"),
}
_RESETTING = {
    outcomes.POSITIVE: lazy("positive"),
    outcomes.REFUSED: lazy("refused"),
    outcomes.TAMPERED: lazy("tampered"),
}

_MET_TESTS = {"drug_test": lazy("negative test"), "breath_test": lazy("clear test")}


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
        condition = str(_CONDITIONS.get((kind, one.outcome)) or _CONDITIONS.get(("", one.outcome), ""))
        if one.least is not None and track.reading is not None:
            condition = between(one.least, one.most, track.reading.unit)
        words.setdefault(_consequence(one, track), []).append(condition)
    return tuple(
        ConsequenceLine(_condition(conditions, is_any=1 < len(conditions) == len(each)), text, note)
        for (text, note), conditions in words.items()
    )


def _enough(outcome: str, track: Track) -> str:
    """Return when a week of hours has an outcome."""
    needed = track.hours or 0
    return {
        outcomes.MET: ngettext(
            "From %(n)s hour on, attended or excused", "From %(n)s hours on, attended or excused", needed
        ),
        outcomes.UNEXCUSED: ngettext("Below %(n)s hour", "Below %(n)s hours", needed),
        outcomes.EXCUSED: gettext("If no hours were expected"),
    }[outcome]


def _condition(conditions: list[str], *, is_any: bool) -> str:
    if not all(conditions):
        return gettext("If you record it")
    if is_any:
        is_absence = _CONDITIONS["", outcomes.UNEXCUSED] in conditions
        return gettext("Excused or not") if is_absence else gettext("Whatever the result")
    return gettext("If it is %(result)s", result=listed(conditions, gettext("or")))


def _consequence(one: Consequence, track: Track) -> tuple[str, str]:
    """Return what one outcome would do, and a note."""
    text, note = _own_consequence(one, track)
    if one.changes_others:
        others = (
            gettext("Later weeks are worked out again; you see how before it is saved.")
            if track.evidence == "hours"
            else gettext("Other visits are worked out again; you see how before it is saved.")
        )
        note = f"{note} {others}".strip()
    return text, note


def _own_consequence(one: Consequence, track: Track) -> tuple[str, str]:
    result = one.result
    if result is None:
        complete = _all_took_place(track)
        return (
            gettext("It cannot be recorded."),
            gettext("%(complete)s, so there was nothing to miss.", complete=complete),
        )
    if result.why == PAID:
        text = gettext("It earns %(amount)s.", amount=amount(result.paid, result.unit))
        if one.with_bonus is not None and one.with_bonus.paid > result.paid:
            earned = amount(one.with_bonus.paid, result.unit)
            more = gettext("With the side bonus it earns %(amount)s.", amount=earned)
            text = f"{text} {more}"
        if not result.cut_by:
            return text, ""
        return text, gettext(
            "The %(limit)s ceiling cuts it from %(due)s.", limit=limit(result.cut_by), due=number(result.due)
        )
    if result.why == RESET:
        return gettext("The ladder goes %(down)s.", down=_down(track)), gettext("What was earned stays.")
    nothing = gettext("It earns nothing and changes nothing.")
    if result.why == EXTRA:
        return nothing, f"{_all_took_place(track)}."
    if result.why == TOO_SOON:
        return nothing, ngettext(
            "The last paid visit was less than %(n)s hour before.",
            "The last paid visit was less than %(n)s hours before.",
            track.min_hours_between or 0,
        )
    if result.why == OUTSIDE:
        return nothing, gettext("The day is outside the schedule’s weeks.")
    if result.why == BASELINE:
        return gettext("It is recorded and changes nothing."), gettext("Nothing is paid in these weeks.")
    if result.outcome == outcomes.PENDING:
        return gettext("Nothing is earned or lost yet."), gettext("Once the result is known, it counts for that day.")
    return gettext("Nothing is earned, and nothing is lost."), ""


def _down(track: Track) -> str:
    return gettext("back to the start") if track.drop is None else down_by(track.drop)


def _all_took_place(track: Track) -> str:
    if track.evidence == "hours":
        return gettext("All weeks that are paid have their hours")
    if track.counts_by_week:
        return gettext("All paid visits of that week took place")
    return gettext("All visits that are paid took place")


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
    earned, condition = amount(one.result.paid, one.result.unit), _CONDITIONS.get((track.evidence, outcomes.MET))
    if condition is None:
        return gettext("it earns %(amount)s", amount=earned)
    return gettext("%(result)s earns %(amount)s", result=condition, amount=earned)


def beyond_the_paid_ones(track: Track) -> str:
    """Return what a further visit does in a week, or in a longer period, whose paid visits are complete."""
    then = gettext("this week") if track.counts_by_week else gettext("until then")
    if track.evidence == "hours":
        return gettext("More hours %(then)s earn nothing.", then=then)
    if not track.is_test:
        return gettext("Another visit %(then)s earns nothing.", then=then)
    resets = [str(word) for outcome, word in _RESETTING.items() if outcome in track.reset_on]
    if not resets:
        return gettext("Another test %(then)s earns nothing.", then=then)
    return gettext(
        "Another %(test)s %(then)s earns nothing; a %(results)s test still takes the ladder %(down)s.",
        test=_MET_TESTS.get(track.evidence) or gettext("test"),
        then=then,
        results=listed(resets, gettext("or")),
        down=_down(track),
    )
