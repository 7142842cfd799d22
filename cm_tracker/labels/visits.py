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
from cm_tracker.i18n import day, day_and_month, gettext, lazy, money, ngettext, number, ordinal, time_of_day, weekday
from cm_tracker.labels import hours
from cm_tracker.labels.counting import amount, unit_name
from cm_tracker.labels.tags import Tag

OUTCOMES = {
    outcomes.MET: Tag(lazy("Met"), "good"),
    outcomes.POSITIVE: Tag(lazy("Positive"), "missed"),
    outcomes.UNEXCUSED: Tag(lazy("Absent"), "missed"),
    outcomes.REFUSED: Tag(lazy("Refused"), "missed"),
    outcomes.TAMPERED: Tag(lazy("Tampered"), "missed"),
    outcomes.EXCUSED: Tag(lazy("Excused")),
    outcomes.DILUTE: Tag(lazy("Dilute"), "warm"),
    outcomes.PENDING: Tag(lazy("Pending"), "warm"),
    outcomes.DISPUTED: Tag(lazy("Disputed"), "warm"),
}
# What the outcome of a goal is called, where it has another name than that of a visit.
_GOALS = {outcomes.MET: Tag(lazy("Done"), "good"), outcomes.UNEXCUSED: Tag(lazy("Not done"), "bad")}
_RESULTS = {"negative": lazy("Negative"), "positive": lazy("Positive"), "pending": lazy("Pending")}
_RECORD = {
    "drug_test": lazy("Record a test"),
    "breath_test": lazy("Record a breath test"),
    "reading": lazy("Record a reading"),
    "hours": lazy("Enter the hours of a week"),
    "attendance": lazy("Record attendance"),
    "activity": lazy("Record a finished goal"),
}
_SCOPES = {
    "award": lazy("visit"),
    "month": lazy("month"),
    "calendar_year": lazy("calendar year"),
    "year_from": lazy("program year"),
    "rolling": lazy("number of days"),
    "enrollment": lazy("enrollment"),
    "lifetime": lazy("client"),
}
# In which time a ceiling counts, in a sentence and as the name of a line.
_WITHIN = {
    "award": (lazy("for this visit"), lazy("This visit")),
    "month": (lazy("for this month"), lazy("This month")),
    "calendar_year": (lazy("for this calendar year"), lazy("This calendar year")),
    "year_from": (lazy("for this program year"), lazy("This program year")),
    "rolling": (lazy("for this number of days"), lazy("This number of days")),
    "enrollment": (lazy("for this enrollment"), lazy("This enrollment")),
    "lifetime": (lazy("for this client in all"), lazy("This client in all")),
}
_ONE = {"hours": lazy("week"), "activity": lazy("goal")}
_LISTS = {"": lazy("Visits"), "hours": lazy("Weeks"), "activity": lazy("Goals")}
_ALL_PAID = {
    "": lazy("All the visits that are paid then had been paid"),
    "hours": lazy("All the weeks that are paid then had been paid"),
    "activity": lazy("All the goals that are paid then had been paid"),
}
# A ceiling is called by its scope, except where that is no name: the rolling ceiling.
_LIMITS = {"rolling": lazy("rolling"), "lifetime": lazy("lifetime")}
_CORRECTIONS = {
    None: lazy("First entry"),
    corrections.ANSWERED: lazy("Lab result"),
    corrections.EXCUSED: lazy("Excused later"),
    corrections.CORRECTED: lazy("Corrected"),
    corrections.VOIDED: lazy("Voided"),
    corrections.UNDONE: lazy("Undone"),
    corrections.REVERTED: lazy("Correction undone"),
    corrections.AGAIN: lazy("Entered again"),
    corrections.ANOTHER_SPECIMEN: lazy("Another specimen"),
}
_PLACES = {1: lazy("first specimen"), 2: lazy("second specimen"), 3: lazy("third specimen")}
# The state of a specimen, in a line.
_SPECIMENS = {
    evidence.GIVEN: lazy("given"),
    evidence.REFUSED: lazy("refused"),
    evidence.DILUTE: lazy("too dilute"),
    evidence.TAMPERED: lazy("swapped or altered"),
    evidence.LEAKED: lazy("leaked"),
    evidence.INVALID: lazy("test invalid"),
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
        return Tag(lazy("Baseline"))
    if visit.is_unusable:
        return Tag(lazy("Not usable"), "warm")
    return (
        Tag(lazy("Not met"), "missed")
        if visit.reading is not None and word == outcomes.POSITIVE
        else outcome(word, is_hours=visit.hours is not None, is_goal=track.evidence == "activity")
    )


def specimen(place: int) -> str:
    """Return the name of a specimen by its place in a visit: first specimen."""
    return str(_PLACES[place])


def specimens(visit: CurrentVisit) -> str:
    """Return the specimens of a visit in order, in a line, or an empty text where there are not several."""
    if not visit.specimens:
        return ""
    states = [
        gettext("out of temperature") if is_cold(one.test) else str(_SPECIMENS[one.test.specimen])
        for one in visit.specimens
    ]
    return ngettext(
        "%(n)s specimen: %(states)s", "%(n)s specimens: %(states)s", len(states), states=gettext(", then ").join(states)
    )


def scope(word: str) -> str:
    """Return what a ceiling applies to: visit, month, calendar year, enrollment."""
    return str(_SCOPES[word])


def ceiling_scope(ceiling: Ceiling) -> str:
    """Return what a ceiling applies to, with its first day or its number of days."""
    if ceiling.first_day is not None:
        return gettext("year from %(day)s", day=_first_day(*ceiling.first_day))
    if ceiling.days is not None:
        return ngettext("%(n)s day", "%(n)s days", ceiling.days)
    return scope(ceiling.scope)


def _first_day(month: int, first: int) -> str:
    """Return the first day of a program year: April 1."""
    on = date(2000, month, first)
    return day_and_month(on, on)


def within(ceiling: Ceiling) -> str:
    """Return in which time a ceiling counts today: for this month, for the last 30 days, for this client in all."""
    if ceiling.days is not None:
        return ngettext("for the last %(n)s day", "for the last %(n)s days", ceiling.days)
    if ceiling.first_day is not None:
        return gettext("for this year from %(day)s", day=_first_day(*ceiling.first_day))
    return str(_WITHIN[ceiling.scope][0])


def now(ceiling: Ceiling) -> str:
    """Return the same as the name of a line: This month, The last 30 days, This client in all."""
    if ceiling.days is not None:
        return ngettext("The last %(n)s day", "The last %(n)s days", ceiling.days)
    if ceiling.first_day is not None:
        return gettext("This year from %(day)s", day=_first_day(*ceiling.first_day))
    return str(_WITHIN[ceiling.scope][1])


def limit(word: str) -> str:
    """Return the name of a ceiling: calendar year, rolling."""
    return str(_LIMITS.get(word) or _SCOPES[word])


def record(evidence: str) -> str:
    """Return the text of the button that records a visit, by the evidence of its track."""
    return str(_RECORD[evidence])


def one(evidence: str) -> str:
    """Return what a result on a track is of, by the evidence of the track: visit, week for hours, or goal."""
    return str(_ONE.get(evidence, _SCOPES["award"]))


def list_title(tracks: Sequence[Track]) -> str:
    """Return the heading above the results of an enrollment: Visits, or Weeks or Goals where every track has these."""
    kinds = {track.evidence if track.evidence in _LISTS else "" for track in tracks}
    return str(_LISTS[kinds.pop()]) if len(kinds) == 1 else gettext("Visits")


def none_yet(evidence: str, state: LadderState) -> str:
    """Return what stands in place of the results of an enrollment that has none, with what the first one earns."""
    earned = amount(state.next_due or 0, state.unit)
    if evidence == "hours":
        return gettext("No hours yet. The first week with enough hours earns %(amount)s.", amount=earned)
    if evidence == "activity":
        return gettext("No goal yet. The first one that is finished earns %(amount)s.", amount=earned)
    return gettext("No visit yet. The first one that meets its target earns %(amount)s.", amount=earned)


def this(evidence: str) -> str:
    """Return what somebody means who points at a result: this visit, these hours, this goal."""
    return {"hours": gettext("these hours"), "activity": gettext("this goal")}.get(evidence, gettext("this visit"))


def no_longer_counts(evidence: str) -> str:
    """Return what a page says of a result that was voided or undone."""
    if evidence == "hours":
        return gettext("These hours no longer count. Their records are kept below. The week can be entered again.")
    if evidence == "activity":
        return gettext(
            "This goal no longer counts. Its records are kept below. If it was finished on that day, enter it again."
        )
    return gettext(
        "This visit no longer counts. Its records are kept below. If there was a visit on that day, enter it again."
    )


def absence(evidence: str) -> str:
    """Return the text of the button that records that somebody did not come, or did not finish the goal."""
    return gettext("Goal not done") if evidence == "activity" else gettext("Record an absence")


def save(evidence: str, *, is_absence: bool) -> str:
    """Return the button that saves a visit or an absence, or that a goal was done or not done."""
    if evidence == "activity":
        return gettext("Save that it was not done") if is_absence else gettext("Save the goal")
    return gettext("Save the absence") if is_absence else gettext("Save the visit")


def did_not(evidence: str, code: str) -> str:
    """Return what a client did not do, for the heading of a form: HS-1 did not come."""
    if evidence == "activity":
        return gettext("%(code)s did not finish the goal", code=code)
    return gettext("%(code)s did not come", code=code)


def came(evidence: str) -> str:
    """Return what a client did at a visit without a test."""
    return gettext("finished the goal") if evidence == "activity" else gettext("came")


def reason(result: Result, track: Track) -> str:
    """Return why a visit of a track earned what it did, in a few words, for a list."""
    if result.why == PAID:
        return ", ".join(_why_paid(result, track))
    if result.why == HELD and result.outcome in (outcomes.PENDING, outcomes.DISPUTED):
        return gettext("Nothing earned and nothing lost yet")
    if result.why == RESET and result.level_after:
        return gettext("Lowered to level %(level)s; points already earned stay", level=number(result.level_after))
    return {
        RESET: gettext("Reset to the first value; points already earned stay"),
        EXTRA: str(_ALL_PAID.get(track.evidence, _ALL_PAID[""])),
        TOO_SOON: gettext("Too soon after the previous visit"),
        OUTSIDE: _outside(result, track),
        BASELINE: gettext("A baseline week: recorded, and nothing is paid yet"),
    }.get(result.why, gettext("Nothing earned, nothing lost"))


def _why_paid(result: Result, track: Track) -> list[str]:
    first = gettext("%(nth)s in a row", nth=ordinal(result.run)) if result.run > 1 else gettext("The first in a row")
    parts = [first]
    if result.run_bonus:
        parts.append(gettext("+%(bonus)s for the run", bonus=number(result.run_bonus)))
    if result.week_bonus:
        phase, bonus = track.phase_in(result.week), number(result.week_bonus)
        parts.append(
            gettext("+%(bonus)s for the full period", bonus=bonus)
            if phase is not None and phase.period_weeks > 1
            else gettext("+%(bonus)s for the full week", bonus=bonus)
        )
    if result.side_bonus:
        parts.append(gettext("+%(bonus)s side bonus", bonus=number(result.side_bonus)))
    if result.cut_by:
        due = number(result.due)
        parts.append(gettext("cut from %(due)s by the %(limit)s ceiling", due=due, limit=limit(result.cut_by)))
    return parts


def _outside(result: Result, track: Track) -> str:
    """Return why a visit is outside: of all weeks, or of the version of its day, which does not have its track."""
    if track.phase_in(result.week) is not None:
        return gettext("The schedule of that day does not have this track")
    return gettext("Outside the schedule’s weeks")


def ladder(result: Result) -> str:
    """Return the level, the run and the program week of a visit."""
    level = gettext("Level %(level)s", level=number(result.level))
    if result.why == RESET and result.level:
        back = number(result.level_after)
        level = gettext("Level %(level)s, now back to %(back)s", level=number(result.level), back=back)
    run = gettext("%(run)s in a row", run=number(result.run))
    week = gettext("program week %(week)s", week=number(result.week))
    return f"{level}; {run}; {week}"


def complete(is_period: bool) -> str:
    """Return that the paid visits of this week are complete, or of a period of several weeks."""
    if is_period:
        return gettext("the paid visits of this period are complete")
    return gettext("this week’s paid visits are complete")


def next_visit(next_due: int | None, unit: str, opens_on: date | None, is_period: bool = False, one: str = "") -> str:
    """Return what the next visit that meets its target earns, and from which day; `one` is what a result is of."""
    if next_due is None:
        return gettext("the schedule’s weeks are complete")
    values = {"one": one or gettext("visit"), "amount": amount(next_due, unit)}
    if opens_on is None:
        return gettext("the next %(one)s earns %(amount)s", **values)
    earns = gettext("from %(day)s on the next %(one)s earns %(amount)s", day=day(opens_on), **values)
    return f"{complete(is_period)}; {earns}"


def next_note(state: LadderState, opens_on: date | None) -> str:
    """Return the line below the value of the next visit: its unit, the bonus in it, and its first possible day."""
    parts = [unit_name(state.unit, state.next_due or 0)]
    if state.next_bonus:
        parts.append(gettext("%(n)s of them bonus", n=number(state.next_bonus)))
    if opens_on:
        parts.append(gettext("from %(day)s on", day=day(opens_on)))
    return ", ".join(parts)


def level_note(state: LadderState) -> str:
    """Return the line below a level: how many more visits restore a lost level."""
    if state.restores_after:
        return gettext("restored after %(n)s more", n=number(state.restores_after))
    return gettext("of the ladder")


def program_week(week: int | None, weeks: int | None) -> str:
    """Return the progress of an enrollment: 3 of 12, complete, not begun. It is empty without an enrollment."""
    if week is None or weeks is None:
        return ""
    if week < 1:
        return gettext("not begun")
    return gettext("complete") if week > weeks else gettext("%(week)s of %(weeks)s", week=week, weeks=weeks)


def ceiling(use: CeilingUse) -> str:
    """Return a warning about a ceiling that is nearly or fully used, and what it means for staff."""
    values = {"used": money(use.used_cents), "most": money(use.cents), "within": within(use.ceiling)}
    if use.is_reached:
        return gettext(
            "%(used)s of the %(most)s %(within)s are used. Further visits earn nothing, but the ladder still rises.",
            **values,
        )
    return gettext("%(used)s of the %(most)s %(within)s are used. Tell the client before it is reached.", **values)


def ceilings(uses: tuple[CeilingUse, ...]) -> str:
    """Return how much of each ceiling is used, in one line."""
    return "; ".join(
        gettext(
            "%(used)s of %(most)s %(within)s are used",
            used=money(use.used_cents),
            most=money(use.cents),
            within=within(use.ceiling),
        )
        for use in uses
    )


def correction(word: str | None) -> str:
    """Return what a record of a visit is: the first entry, a lab result, a correction, and so on."""
    return str(_CORRECTIONS[word])


def corrected(word: str | None) -> Tag | None:
    """Return the tag of a visit whose first entry no longer counts, or None."""
    return None if word in corrections.NO_CORRECTION else Tag(_CORRECTIONS[word])


def when_taken(on: date | None, collected: time | None, read: time | None, today: date) -> str:
    """Return when a specimen is taken and read, as the head of its form says it: Today · collected 9:05 AM."""
    on_day = gettext("Today") if on == today else weekday(on) if on is not None else gettext("Day missing")
    parts = [on_day]
    if collected is not None:
        parts.append(gettext("collected %(time)s", time=time_of_day(collected)))
    if read is not None:
        parts.append(gettext("read %(time)s", time=time_of_day(read)))
    return " · ".join(parts)
