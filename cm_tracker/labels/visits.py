"""Labels of visits: outcomes, why a visit earned what it did, corrections, and what a correction changes."""

from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import EXTRA, OUTSIDE, PAID, RESET, TOO_SOON, LadderState
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.consequences import Consequence
from cm_tracker.i18n import day, money, number, ordinal
from cm_tracker.labels.counting import amount, counted, listed, plural
from cm_tracker.labels.tags import Tag

_OUTCOMES = {
    outcomes.MET: Tag("Met", "good"),
    outcomes.POSITIVE: Tag("Positive", "bad"),
    outcomes.UNEXCUSED: Tag("Absent", "bad"),
    outcomes.REFUSED: Tag("Refused", "bad"),
    outcomes.TAMPERED: Tag("Tampered", "bad"),
    outcomes.EXCUSED: Tag("Excused"),
    outcomes.DILUTE: Tag("Dilute", "warm"),
    outcomes.PENDING: Tag("Pending", "warm"),
    outcomes.DISPUTED: Tag("Disputed", "warm"),
}
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
    ("", outcomes.UNEXCUSED): "not excused",
    ("", outcomes.EXCUSED): "excused",
}
_RESETTING = {outcomes.POSITIVE: "positive", outcomes.REFUSED: "refused", outcomes.TAMPERED: "tampered"}
_RECORD = {
    "drug_test": "Record a test",
    "breath_test": "Record a breath test",
    "attendance": "Record attendance",
    "activity": "Record a finished goal",
}
_SCOPES = {"award": "visit", "month": "month", "calendar_year": "calendar year", "enrollment": "enrollment"}
_CORRECTIONS = {
    None: "First entry",
    corrections.ANSWERED: "Lab result",
    corrections.EXCUSED: "Excused later",
    corrections.CORRECTED: "Corrected",
    corrections.VOIDED: "Voided",
    corrections.UNDONE: "Undone",
    corrections.REVERTED: "Correction undone",
    corrections.AGAIN: "Entered again",
}


class Way(NamedTuple):
    """A way to correct a visit: the text of its link, the heading and explanation of its page, and the final button."""

    link: str
    heading: str
    explanation: str
    button: str


class Effect(NamedTuple):
    """One sentence about what a correction changes. `strong` is the amount at its beginning, if there is one."""

    strong: str
    text: str


def outcome(word: str) -> Tag:
    """Return an outcome as a tag. Raise `KeyError` for an unknown outcome."""
    return _OUTCOMES[word]


def scope(word: str) -> str:
    """Return what a ceiling applies to: visit, month, calendar year, enrollment."""
    return _SCOPES[word]


def record(evidence: str) -> str:
    """Return the text of the button that records a visit, by the evidence of its track."""
    return _RECORD[evidence]


def came(evidence: str) -> str:
    """Return what a client did at a visit without a test."""
    return "finished the goal" if evidence == "activity" else "came"


class ConsequenceLine(NamedTuple):
    """What outcomes would do: "If it is negative", "It earns 25 points.", and a note that may be empty."""

    condition: str
    text: str
    note: str


def consequences(each: tuple[Consequence, ...], track: Track) -> tuple[ConsequenceLine, ...]:
    """Return what saving would do, with one line for all outcomes that do the same."""
    words: dict[tuple[str, str], list[str]] = {}
    for one in each:
        condition = _CONDITIONS.get((track.evidence, one.outcome)) or _CONDITIONS.get(("", one.outcome), "")
        words.setdefault(_consequence(one, track), []).append(condition)
    return tuple(
        ConsequenceLine(_condition(conditions, is_any=1 < len(conditions) == len(each)), text, note)
        for (text, note), conditions in words.items()
    )


def _condition(conditions: list[str], *, is_any: bool) -> str:
    if not all(conditions):
        return "If you record it"
    if is_any:
        return "Excused or not" if "excused" in conditions else "Whatever the result"
    return f"If it is {listed(conditions, 'or')}"


def _consequence(one: Consequence, track: Track) -> tuple[str, str]:
    """Return what one outcome would do, and a note."""
    text, note = _own_consequence(one, track)
    if one.changes_others:
        note = f"{note} Other visits are worked out again; you see how before it is saved.".strip()
    return text, note


def _own_consequence(one: Consequence, track: Track) -> tuple[str, str]:
    result = one.result
    if result is None:
        return "It cannot be recorded.", "All paid visits of that week took place, so there was nothing to miss."
    if result.why == PAID:
        text = f"It earns {amount(result.paid, result.unit)}."
        if one.with_bonus is not None and one.with_bonus.paid > result.paid:
            text += f" With the side bonus it earns {amount(one.with_bonus.paid, result.unit)}."
        cut = f"The {scope(result.cut_by)} ceiling cuts it from {number(result.due)}." if result.cut_by else ""
        return text, cut
    if result.why == RESET:
        return "The ladder goes back to the start.", "What was earned stays."
    if result.why == EXTRA:
        return "It earns nothing and changes nothing.", "All paid visits of that week took place."
    if result.why == TOO_SOON:
        hours = counted(track.min_hours_between or 0, "hour")
        return "It earns nothing and changes nothing.", f"The last paid visit was less than {hours} before."
    if result.why == OUTSIDE:
        return "It earns nothing and changes nothing.", "The day is outside the schedule’s weeks."
    if result.outcome == outcomes.PENDING:
        return "Nothing is earned or lost yet.", "Once the result is known, it counts for that day."
    return "Nothing is earned, and nothing is lost.", ""


def beyond_the_paid_ones(track: Track) -> str:
    """Return what a further visit does in a week whose paid visits are complete."""
    if track.evidence not in ("drug_test", "breath_test"):
        return "Another visit this week earns nothing."
    resets = [word for outcome, word in _RESETTING.items() if outcome in track.reset_on]
    if not resets:
        return "Another test this week earns nothing."
    back = f"a {listed(resets, 'or')} test still takes the ladder back to the start"
    return f"Another {_CONDITIONS[(track.evidence, outcomes.MET)]} test this week earns nothing; {back}."


def reason(result: Result) -> str:
    """Return why a visit earned what it did, in a few words, for a list."""
    if result.why == PAID:
        parts = [f"{ordinal(result.run)} in a row" if result.run > 1 else "The first in a row"]
        if result.run_bonus:
            parts.append(f"+{number(result.run_bonus)} for the run")
        if result.side_bonus:
            parts.append(f"+{number(result.side_bonus)} side bonus")
        if result.cut_by:
            parts.append(f"cut from {number(result.due)} by the {scope(result.cut_by)} ceiling")
        return ", ".join(parts)
    return {
        RESET: "Reset to the first value; points already earned stay",
        EXTRA: "That week already had all its paid visits",
        TOO_SOON: "Too soon after the previous visit",
        OUTSIDE: "Outside the schedule’s weeks",
    }.get(result.why, "Nothing earned, nothing lost")


def ladder(result: Result) -> str:
    """Return the level, the run and the program week of a visit."""
    reset_note = ", now back to 0" if result.why == RESET and result.level else ""
    return (
        f"Level {number(result.level)}{reset_note}; {number(result.run)} in a row; program week {number(result.week)}"
    )


def next_visit(next_due: int | None, unit: str, opens_on: date | None) -> str:
    """Return what the next visit that meets its target earns, and from which day, for the top of a form."""
    if next_due is None:
        return "the schedule’s weeks are complete"
    earns = f"the next visit earns {amount(next_due, unit)}"
    return f"this week’s paid visits are complete; from {day(opens_on)} on {earns}" if opens_on else earns


def next_note(state: LadderState, opens_on: date | None) -> str:
    """Return the line below the value of the next visit: its unit, the bonus in it, and its first possible day."""
    note = plural(state.next_due or 0, state.unit.removesuffix("s"), state.unit)
    if state.next_run_bonus:
        note += f", {number(state.next_run_bonus)} of them bonus"
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
    used = f"{money(use.used_cents)} of the {money(use.cents)} for this {scope(use.scope)} are used"
    if use.is_reached:
        return f"{used}. Further visits earn nothing, but the ladder still rises."
    return f"{used}. Tell the client before it is reached."


def ceilings(uses: tuple[CeilingUse, ...]) -> str:
    """Return how much of each ceiling is used, in one line."""
    return "; ".join(
        f"{money(use.used_cents)} of {money(use.cents)} for this {scope(use.scope)} are used" for use in uses
    )


def correction(word: str | None) -> str:
    """Return what a record of a visit is: the first entry, a lab result, a correction, and so on."""
    return _CORRECTIONS[word]


def corrected(word: str | None) -> Tag | None:
    """Return the tag of a visit whose first entry no longer counts, or None."""
    return None if word in (None, corrections.AGAIN) else Tag(_CORRECTIONS[word])


def way(word: str, is_corrected: bool, undo_minutes: int) -> Way:
    """Return a way to correct a visit in words.

    `is_corrected` says whether it was corrected before, `undo_minutes` how long people may undo their own entry.
    """
    if word == corrections.UNDO:
        what = "Undo this correction" if is_corrected else "Undo this entry"
        then = "The record before it counts again." if is_corrected else "What it paid is taken back."
        return Way(what, what, f"You entered this less than {counted(undo_minutes, 'minute')} ago. {then}", "Undo it")
    return {
        corrections.ANSWER: Way(
            "Enter the lab result",
            "Lab result",
            "The visit keeps its day. What it earns is worked out as if the result had been known on that day.",
            "Save the lab result",
        ),
        corrections.EXCUSE: Way(
            "Excuse this absence",
            "Excuse this absence",
            "The absence keeps its day: it earns nothing, and it no longer resets the ladder.",
            "Excuse it",
        ),
        corrections.CORRECT: Way(
            "Correct this visit",
            "Correct this visit",
            "Enter what is right. The first record can still be read beside the new one.",
            "Save the correction",
        ),
        corrections.VOID: Way(
            "Void this visit",
            "Void this visit",
            "The visit no longer counts, and its record can still be read. "
            "The day and the specimen can be entered again.",
            "Void it",
        ),
    }[word]


def effects(unit: str, has: int, to_client: int, to_program: int) -> tuple[Effect, ...]:
    """Return what a correction does to a client's balance in a unit.

    `has` is the balance before. `to_client` is added to it (negative: taken out). `to_program` is booked as a loss of
    the program (negative: is no longer a loss).
    """
    sentences = []
    if to_client > 0:
        are = plural(to_client, "is", "are")
        sentences.append(
            Effect(
                amount(to_client, unit),
                f"{are} owed to the client and paid at once: {number(has)} now, {number(has + to_client)} then.",
            )
        )
    elif to_client < 0:
        are = plural(to_client, "is", "are")
        sentences.append(
            Effect(amount(-to_client, unit), f"{are} taken back: {number(has)} now, {number(has + to_client)} then.")
        )
    else:
        sentences.append(Effect("", f"The client’s balance stays {amount(has, unit)}."))
    if to_program > 0:
        them = plural(to_program, "it", "them")
        were = plural(to_program, "was", "were")
        sentences.append(
            Effect(
                amount(to_program, unit),
                f"{were} paid too much. The client keeps {them}; the program bears {them}.",
            )
        )
    elif to_program < 0:
        were, are = plural(to_program, "was", "were"), plural(to_program, "is", "are")
        sentences.append(
            Effect(
                amount(-to_program, unit),
                f"that {were} booked as the program’s loss {are} owed to the client after all.",
            )
        )
    return tuple(sentences)


def next_changes(before: LadderState, after: LadderState) -> str:
    """Return how a correction changes what the next visit earns, or an empty text if it does not."""
    if before.next_due is None or after.next_due is None:
        return ""
    if (before.next_due, before.run) == (after.next_due, after.run):
        return ""
    earns = f"The next visit earns {amount(after.next_due, after.unit)}"
    if before.next_due != after.next_due:
        earns += f" instead of {number(before.next_due)}"
    run = f"{number(after.run)} in a row"
    if before.run != after.run:
        run += f" instead of {number(before.run)}"
    return f"{earns}; {run}."


def save_button(action: str, moved: dict[str, int]) -> str:
    """Return the text of the button that saves what a page shows: Save the visit and pay 15 points.

    `action` is what is saved, and `moved` is what then goes to the client (negative: is taken back), by unit.
    """
    parts = [action]
    for verb, sign in (("pay", 1), ("take back", -1)):
        amounts = [amount(abs(n), unit) for unit, n in moved.items() if n * sign > 0]
        if amounts:
            parts.append(f"{verb} {' and '.join(amounts)}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def saved(moved: dict[str, int]) -> str:
    """Return what a correction did once it is saved; `moved` is what went to the client, by unit."""
    parts = ["Saved."]
    for unit, n in moved.items():
        if n > 0:
            parts.append(f"{amount(n, unit)} {plural(n, 'was', 'were')} paid to the client.")
        elif n < 0:
            parts.append(f"{amount(-n, unit)} {plural(n, 'was', 'were')} taken back.")
    return " ".join(parts)
