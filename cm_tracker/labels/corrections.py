"""Labels of corrections: the ways to put a visit or the hours of a week right, and what saving would change."""

from collections.abc import Sequence
from typing import NamedTuple

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, PAID, TOO_SOON, LadderState
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.corrections import Change
from cm_tracker.domain.visits.reading_points import deciding_limit
from cm_tracker.i18n import day, number, ordinal
from cm_tracker.labels.counting import amount, counted, plural
from cm_tracker.labels.tags import Tag
from cm_tracker.labels.visits import outcome, specimen


class Way(NamedTuple):
    """A way to correct a visit: the text of its link, the heading and explanation of its page, and the final button."""

    link: str
    heading: str
    explanation: str
    button: str


_OF_A_GOAL = {
    corrections.EXCUSE: Way(
        "Enter an excuse",
        "Enter an excuse",
        "The goal keeps its day: it earns nothing, and it no longer resets the ladder.",
        "Excuse it",
    ),
    corrections.CORRECT: Way(
        "Correct this goal",
        "Correct this goal",
        "Enter what is right. The first record can still be read beside the new one.",
        "Save the correction",
    ),
    corrections.VOID: Way(
        "Void this goal",
        "Void this goal",
        "The goal no longer counts, and its record can still be read. The day can be entered again.",
        "Void it",
    ),
}


class Effect(NamedTuple):
    """One sentence about what a correction changes. `strong` is the amount at its beginning, if there is one."""

    strong: str
    text: str


def way(word: str, is_corrected: bool, undo_minutes: int, place: int = 0, *, evidence: str = "") -> Way:
    """Return a way to put a visit right in words, or the hours of a week or a goal, by the `evidence` of its track.

    `is_corrected` says whether it was corrected before, `undo_minutes` how long people may undo their own entry.
    `place` is that of the specimen that is entered or whose entry is undone, 0 where it is about no single one.
    """
    if evidence == "activity" and word in _OF_A_GOAL:
        return _OF_A_GOAL[word]
    is_hours = evidence == "hours"
    if is_hours and word == corrections.CORRECT:
        return Way(
            "Correct these hours",
            "Correct the hours of a week",
            "Enter what is right. The hours stay those of their week, and the first record can still be read.",
            "Save the correction",
        )
    if is_hours and word == corrections.VOID:
        return Way(
            "Void these hours",
            "Void the hours of a week",
            "They no longer count, and their record can still be read. The week can be entered again.",
            "Void it",
        )
    return _of_a_visit(word, is_corrected, undo_minutes, place)


def _of_a_visit(word: str, is_corrected: bool, undo_minutes: int, place: int) -> Way:
    if word == corrections.SPECIMEN:
        return Way(
            f"Enter a {specimen(place)}",
            f"{specimen(place).capitalize()} of the visit",
            "Ask the client for another specimen within the hour, and enter it here. It belongs to the same visit. The "
            "last valid specimen decides.",
            f"Save the {specimen(place)}",
        )
    if word == corrections.UNDO and place:
        what = f"Undo the {specimen(place)}"
        return Way(
            what,
            what,
            f"You entered this less than {counted(undo_minutes, 'minute')} ago. The visit is again as it was before.",
            "Undo it",
        )
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


def counted_as(change: Change, result: Result) -> Tag:
    """Return what a visit counts as before or after a change, in the words of `outcome_of`."""
    reading = change.read_before if result is change.before else change.read_after
    if reading is not None and result.why == BASELINE:
        return Tag("Baseline")
    if reading is not None and result.outcome == outcomes.POSITIVE:
        return Tag("Not met", "missed")
    if change.is_unusable and result is change.after:
        return Tag("Not usable", "warm")
    return outcome(result.outcome, is_hours=change.is_hours, is_goal=change.is_goal)


def read(change: Change, result: Result) -> str:
    """Return the number of a visit and from where on it counts, before or after a change. Empty without a number."""
    reading = change.read_before if result is change.before else change.read_after
    limit = deciding_limit(result)
    if reading is None or limit is None:
        return ""
    return f"{number(reading)}, counts at {number(limit)} or below"


def why(change: Change) -> str:
    """Return why a visit is worth what it is after a change: "now the 4th in a row; 40 less of bonus". It may be empty."""
    was, now = change.before, change.after
    if now is None:
        return "no longer counts"
    bonus = _bonus(now)
    if was is None:
        if now.why != PAID:
            return ""
        nth = f"the {ordinal(now.run)} in a row" if now.run > 1 else "the first in a row"
        return f"{nth}: {number(now.ladder)}, and {number(bonus)} more" if bonus else f"{nth}: {number(now.ladder)}"
    if now.why != was.why and now.why in (EXTRA, TOO_SOON):
        return "the paid visits are complete without it" if now.why == EXTRA else "too soon after the paid one before"
    parts = []
    if now.run != was.run and now.why == PAID:
        parts.append(f"now the {ordinal(now.run)} in a row")
    elif now.ladder != was.ladder and now.why == PAID:
        parts.append(f"its step is now worth {number(now.ladder)}")
    if bonus != _bonus(was):
        more = "more" if bonus > _bonus(was) else "less"
        parts.append(f"{number(abs(bonus - _bonus(was)))} {more} of bonus")
    if now.cut_by != was.cut_by and now.cut_by is not None:
        parts.append("cut by a ceiling")
    return "; ".join(parts)


def _bonus(result: Result) -> int:
    return result.run_bonus + result.week_bonus + result.side_bonus


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


def when(change: Change) -> str:
    """Return the day of a visit that changes, or the week of hours: Week 1 (to Mar 8, 2026)."""
    result = change.after or change.before
    if not change.is_hours:
        return day(change.day)
    return f"Week {number(result.week)} (to {day(change.day)})" if result else f"Week to {day(change.day)}"


def when_title(changed: Sequence[Change]) -> str:
    """Return the heading above the days or weeks of several changes."""
    return {(True,): "Week", (False, True): "Day or week"}.get(_kinds(changed), "Day")


def others(changed: Sequence[Change]) -> str:
    """Return what is worked out again beside the entry itself: other visits, other weeks, or both."""
    words = {(True,): "weeks", (False, True): "visits and weeks"}.get(_kinds(changed), "visits")
    return f"other {words}"


def _kinds(changed: Sequence[Change]) -> tuple[bool, ...]:
    return tuple(sorted({change.is_hours for change in changed}))


def next_changes(before: LadderState, after: LadderState, one: str = "visit") -> str:
    """Return how a correction changes what the next visit earns, or an empty text if it does not.

    `one` is what a result of the track is of, as `labels.visits.one` says it.
    """
    if before.next_due is None or after.next_due is None:
        return ""
    if (before.next_due, before.run) == (after.next_due, after.run):
        return ""
    earns = f"The next {one} earns {amount(after.next_due, after.unit)}"
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
