"""Labels of visits: outcomes, why a visit earned what it did, and what a ceiling leaves."""

from collections.abc import Sequence
from datetime import date, time

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, HELD, OUTSIDE, PAID, RESET, TOO_SOON, LadderState
from cm_tracker.domain.schedules.schedule import Ceiling, Track
from cm_tracker.domain.visits import corrections, evidence
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.specimens import is_cold
from cm_tracker.i18n import day, lazy, money, number, ordinal, time_of_day, weekday
from cm_tracker.labels import hours
from cm_tracker.labels.counting import amount, counted, plural
from cm_tracker.labels.tags import Tag

OUTCOMES = {
    outcomes.MET: Tag("Met", "good"),
    outcomes.POSITIVE: Tag("Positive", "missed"),
    outcomes.UNEXCUSED: Tag("Absent", "missed"),
    outcomes.REFUSED: Tag("Refused", "missed"),
    outcomes.TAMPERED: Tag("Tampered", "missed"),
    outcomes.EXCUSED: Tag("Excused"),
    outcomes.DILUTE: Tag("Dilute", "warm"),
    outcomes.PENDING: Tag("Pending", "warm"),
    outcomes.DISPUTED: Tag("Disputed", "warm"),
}
# What the outcome of a goal is called, where it has another name than that of a visit.
_GOALS = {outcomes.MET: Tag("Done", "good"), outcomes.UNEXCUSED: Tag("Not done", "bad")}
_RESULTS = {"negative": lazy("Negative"), "positive": lazy("Positive"), "pending": lazy("Pending")}
_RECORD = {
    "drug_test": "Record a test",
    "breath_test": "Record a breath test",
    "reading": "Record a reading",
    "hours": "Enter the hours of a week",
    "attendance": "Record attendance",
    "activity": "Record a finished goal",
}
_SCOPES = {
    "award": "visit",
    "month": "month",
    "calendar_year": "calendar year",
    "year_from": "program year",
    "rolling": "number of days",
    "enrollment": "enrollment",
    "lifetime": "client",
}
# A ceiling is called by its scope, except where that is no name: the rolling ceiling.
_LIMITS = {"rolling": "rolling", "lifetime": "lifetime"}
_CORRECTIONS = {
    None: "First entry",
    corrections.ANSWERED: "Lab result",
    corrections.EXCUSED: "Excused later",
    corrections.CORRECTED: "Corrected",
    corrections.VOIDED: "Voided",
    corrections.UNDONE: "Undone",
    corrections.REVERTED: "Correction undone",
    corrections.AGAIN: "Entered again",
    corrections.ANOTHER_SPECIMEN: "Another specimen",
}
_PLACES = {1: "first", 2: "second", 3: "third"}
# The state of a specimen, in a line.
_SPECIMENS = {
    evidence.GIVEN: "given",
    evidence.REFUSED: "refused",
    evidence.DILUTE: "too dilute",
    evidence.TAMPERED: "swapped or altered",
    evidence.LEAKED: "leaked",
    evidence.INVALID: "test invalid",
}


def result(word: str) -> str:
    """Return the result of one analyte as pages show it: Negative."""
    return str(_RESULTS.get(word, word.capitalize()))


def outcome(word: str, *, is_hours: bool = False, is_goal: bool = False) -> Tag:
    """Return an outcome as a tag, of a visit, of a week of hours or of a goal. Raise `KeyError` for an unknown outcome."""
    if is_goal and word in _GOALS:
        return _GOALS[word]
    return hours.OUTCOMES[word] if is_hours else OUTCOMES[word]


def outcome_of(visit: CurrentVisit, track: Track, result: Result | None = None) -> Tag:
    """Return the outcome of a visit of a track as a tag: as it counts by its `result`, or else as it was recorded.

    A visit whose specimens could not be used is no excused absence, a high number is no positive test, and in a baseline
    no number is too high.
    """
    word = result.outcome if result is not None else visit.outcome
    if result is not None and result.why == BASELINE and visit.reading is not None:
        return Tag("Baseline")
    if visit.is_unusable:
        return Tag("Not usable", "warm")
    return (
        Tag("Not met", "missed")
        if visit.reading is not None and word == outcomes.POSITIVE
        else outcome(word, is_hours=visit.hours is not None, is_goal=track.evidence == "activity")
    )


def specimen(place: int) -> str:
    """Return the name of a specimen by its place in a visit: first specimen."""
    return f"{_PLACES[place]} specimen"


def specimens(visit: CurrentVisit) -> str:
    """Return the specimens of a visit in order, in a line, or an empty text where there are not several."""
    if not visit.specimens:
        return ""
    states = ["out of temperature" if is_cold(one.test) else _SPECIMENS[one.test.specimen] for one in visit.specimens]
    return f"{counted(len(states), 'specimen')}: {', then '.join(states)}"


def scope(word: str) -> str:
    """Return what a ceiling applies to: visit, month, calendar year, enrollment."""
    return _SCOPES[word]


def ceiling_scope(ceiling: Ceiling) -> str:
    """Return what a ceiling applies to, with its first day or its number of days."""
    if ceiling.first_day is not None:
        month, first = ceiling.first_day
        return f"year from {date(2000, month, first):%B} {first}"
    return counted(ceiling.days, "day") if ceiling.days is not None else scope(ceiling.scope)


def within(ceiling: Ceiling) -> str:
    """Return in which time a ceiling counts today: for this month, for the last 30 days, for this client in all."""
    if ceiling.days is not None:
        return f"for the last {counted(ceiling.days, 'day')}"
    in_all = " in all" if ceiling.scope == "lifetime" else ""
    return f"for this {ceiling_scope(ceiling)}{in_all}"


def now(ceiling: Ceiling) -> str:
    """Return the same as the name of a line: This month, The last 30 days, This client in all."""
    words = within(ceiling).removeprefix("for ")
    return words[:1].upper() + words[1:]


def limit(word: str) -> str:
    """Return the name of a ceiling: calendar year, rolling."""
    return _LIMITS.get(word) or _SCOPES[word]


def record(evidence: str) -> str:
    """Return the text of the button that records a visit, by the evidence of its track."""
    return _RECORD[evidence]


def one(evidence: str) -> str:
    """Return what a result on a track is of, by the evidence of the track: visit, week for hours, or goal."""
    return {"hours": "week", "activity": "goal"}.get(evidence, "visit")


def list_title(tracks: Sequence[Track]) -> str:
    """Return the heading above the results of an enrollment: Visits, or Weeks or Goals where every track has these."""
    kinds = {one(track.evidence) for track in tracks}
    return f"{kinds.pop().capitalize()}s" if len(kinds) == 1 else "Visits"


def none_yet(evidence: str, state: LadderState) -> str:
    """Return what stands in place of the results of an enrollment that has none, with what the first one earns."""
    earns = f"earns {amount(state.next_due or 0, state.unit)}."
    if evidence == "hours":
        return f"No hours yet. The first week with enough hours {earns}"
    if evidence == "activity":
        return f"No goal yet. The first one that is finished {earns}"
    return f"No visit yet. The first one that meets its target {earns}"


def this(evidence: str) -> str:
    """Return what somebody means who points at a result: this visit, these hours, this goal."""
    return "these hours" if evidence == "hours" else f"this {one(evidence)}"


def no_longer_counts(evidence: str) -> str:
    """Return what a page says of a result that was voided or undone."""
    if evidence == "hours":
        return "These hours no longer count. Their records are kept below. The week can be entered again."
    if evidence == "activity":
        return "This goal no longer counts. Its records are kept below. If it was finished on that day, enter it again."
    return "This visit no longer counts. Its records are kept below. If there was a visit on that day, enter it again."


def absence(evidence: str) -> str:
    """Return the text of the button that records that somebody did not come, or did not finish the goal."""
    return "Goal not done" if evidence == "activity" else "Record an absence"


def save(evidence: str, *, is_absence: bool) -> str:
    """Return the button that saves a visit or an absence, or that a goal was done or not done."""
    if evidence == "activity":
        return "Save that it was not done" if is_absence else "Save the goal"
    return "Save the absence" if is_absence else "Save the visit"


def did_not(evidence: str) -> str:
    """Return what a client did not do, for the heading of a form."""
    return "did not finish the goal" if evidence == "activity" else "did not come"


def came(evidence: str) -> str:
    """Return what a client did at a visit without a test."""
    return "finished the goal" if evidence == "activity" else "came"


def reason(result: Result, track: Track) -> str:
    """Return why a visit of a track earned what it did, in a few words, for a list."""
    if result.why == PAID:
        parts = [f"{ordinal(result.run)} in a row" if result.run > 1 else "The first in a row"]
        if result.run_bonus:
            parts.append(f"+{number(result.run_bonus)} for the run")
        if result.week_bonus:
            phase = track.phase_in(result.week)
            period = "period" if phase is not None and phase.period_weeks > 1 else "week"
            parts.append(f"+{number(result.week_bonus)} for the full {period}")
        if result.side_bonus:
            parts.append(f"+{number(result.side_bonus)} side bonus")
        if result.cut_by:
            parts.append(f"cut from {number(result.due)} by the {limit(result.cut_by)} ceiling")
        return ", ".join(parts)
    if result.why == HELD and result.outcome in (outcomes.PENDING, outcomes.DISPUTED):
        return "Nothing earned and nothing lost yet"
    to = "Reset to the first value" if not result.level_after else f"Lowered to level {number(result.level_after)}"
    return {
        RESET: f"{to}; points already earned stay",
        EXTRA: f"All the {one(track.evidence)}s that are paid then had been paid",
        TOO_SOON: "Too soon after the previous visit",
        OUTSIDE: _outside(result, track),
        BASELINE: "A baseline week: recorded, and nothing is paid yet",
    }.get(result.why, "Nothing earned, nothing lost")


def _outside(result: Result, track: Track) -> str:
    """Return why a visit is outside: of all weeks, or of the version of its day, which does not have its track."""
    has_week = track.phase_in(result.week) is not None
    return "The schedule of that day does not have this track" if has_week else "Outside the schedule’s weeks"


def ladder(result: Result) -> str:
    """Return the level, the run and the program week of a visit."""
    reset_note = f", now back to {number(result.level_after)}" if result.why == RESET and result.level else ""
    return (
        f"Level {number(result.level)}{reset_note}; {number(result.run)} in a row; program week {number(result.week)}"
    )


def complete(is_period: bool) -> str:
    """Return that the paid visits of this week are complete, or of a period of several weeks."""
    return "the paid visits of this period are complete" if is_period else "this week’s paid visits are complete"


def next_visit(
    next_due: int | None, unit: str, opens_on: date | None, is_period: bool = False, one: str = "visit"
) -> str:
    """Return what the next visit that meets its target earns, and from which day; `one` is what a result is of."""
    if next_due is None:
        return "the schedule’s weeks are complete"
    earns = f"the next {one} earns {amount(next_due, unit)}"
    return f"{complete(is_period)}; from {day(opens_on)} on {earns}" if opens_on else earns


def next_note(state: LadderState, opens_on: date | None) -> str:
    """Return the line below the value of the next visit: its unit, the bonus in it, and its first possible day."""
    note = plural(state.next_due or 0, state.unit.removesuffix("s"), state.unit)
    if state.next_bonus:
        note += f", {number(state.next_bonus)} of them bonus"
    return f"{note}, from {day(opens_on)} on" if opens_on else note


def level_note(state: LadderState) -> str:
    """Return the line below a level: how many more visits restore a lost level."""
    if state.restores_after:
        return f"restored after {number(state.restores_after)} more"
    return "of the ladder"


def program_week(week: int | None, weeks: int | None) -> str:
    """Return the progress of an enrollment: 3 of 12, complete, not begun. It is empty without an enrollment."""
    if week is None or weeks is None:
        return ""
    if week < 1:
        return "not begun"
    return "complete" if week > weeks else f"{week} of {weeks}"


def ceiling(use: CeilingUse) -> str:
    """Return a warning about a ceiling that is nearly or fully used, and what it means for staff."""
    used = f"{money(use.used_cents)} of the {money(use.cents)} {within(use.ceiling)} are used"
    if use.is_reached:
        return f"{used}. Further visits earn nothing, but the ladder still rises."
    return f"{used}. Tell the client before it is reached."


def ceilings(uses: tuple[CeilingUse, ...]) -> str:
    """Return how much of each ceiling is used, in one line."""
    return "; ".join(f"{money(use.used_cents)} of {money(use.cents)} {within(use.ceiling)} are used" for use in uses)


def correction(word: str | None) -> str:
    """Return what a record of a visit is: the first entry, a lab result, a correction, and so on."""
    return _CORRECTIONS[word]


def corrected(word: str | None) -> Tag | None:
    """Return the tag of a visit whose first entry no longer counts, or None."""
    return None if word in corrections.NO_CORRECTION else Tag(_CORRECTIONS[word])


def when_taken(on: date | None, collected: time | None, read: time | None, today: date) -> str:
    """Return when a specimen is taken and read, as the head of its form says it: Today · collected 9:05 AM."""
    parts = ["Today" if on == today else weekday(on) if on is not None else "Day missing"]
    if collected is not None:
        parts.append(f"collected {time_of_day(collected)}")
    if read is not None:
        parts.append(f"read {time_of_day(read)}")
    return " · ".join(parts)
