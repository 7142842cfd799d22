"""Labels of corrections: the ways to put a visit or the hours of a week right, and what saving would change."""

from collections.abc import Sequence
from typing import NamedTuple

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, PAID, TOO_SOON, LadderState
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.corrections import Change
from cm_tracker.domain.visits.reading_points import deciding_limit
from cm_tracker.i18n import day, gettext, lazy, ngettext, number, ordinal
from cm_tracker.labels.counting import amount, listed
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
        lazy("Enter an excuse"),
        lazy("Enter an excuse"),
        lazy("The goal keeps its day: it earns nothing, and it no longer resets the ladder."),
        lazy("Excuse it"),
    ),
    corrections.CORRECT: Way(
        lazy("Correct this goal"),
        lazy("Correct this goal"),
        lazy("Enter what is right. The first record can still be read beside the new one."),
        lazy("Save the correction"),
    ),
    corrections.VOID: Way(
        lazy("Void this goal"),
        lazy("Void this goal"),
        lazy("The goal no longer counts, and its record can still be read. The day can be entered again."),
        lazy("Void it"),
    ),
}
_OF_HOURS = {
    corrections.CORRECT: Way(
        lazy("Correct these hours"),
        lazy("Correct the hours of a week"),
        lazy("Enter what is right. The hours stay those of their week, and the first record can still be read."),
        lazy("Save the correction"),
    ),
    corrections.VOID: Way(
        lazy("Void these hours"),
        lazy("Void the hours of a week"),
        lazy("They no longer count, and their record can still be read. The week can be entered again."),
        lazy("Void it"),
    ),
}
_OF_A_VISIT = {
    corrections.ANSWER: Way(
        lazy("Enter the lab result"),
        lazy("Lab result"),
        lazy("The visit keeps its day. What it earns is worked out as if the result had been known on that day."),
        lazy("Save the lab result"),
    ),
    corrections.EXCUSE: Way(
        lazy("Excuse this absence"),
        lazy("Excuse this absence"),
        lazy("The absence keeps its day: it earns nothing, and it no longer resets the ladder."),
        lazy("Excuse it"),
    ),
    corrections.CORRECT: Way(
        lazy("Correct this visit"),
        lazy("Correct this visit"),
        lazy("Enter what is right. The first record can still be read beside the new one."),
        lazy("Save the correction"),
    ),
    corrections.VOID: Way(
        lazy("Void this visit"),
        lazy("Void this visit"),
        lazy(
            "The visit no longer counts, and its record can still be read. "
            "The day and the specimen can be entered again."
        ),
        lazy("Void it"),
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
        return _said(_OF_A_GOAL[word])
    if evidence == "hours" and word in _OF_HOURS:
        return _said(_OF_HOURS[word])
    if word == corrections.SPECIMEN:
        return Way(
            gettext("Enter a %(specimen)s", specimen=specimen(place)),
            gettext("%(specimen)s of the visit", specimen=specimen(place).capitalize()),
            gettext(
                "Ask the client for another specimen within the hour, and enter it here. It belongs to the same visit. "
                "The last valid specimen decides."
            ),
            gettext("Save the %(specimen)s", specimen=specimen(place)),
        )
    if word == corrections.UNDO:
        return _undo(is_corrected, undo_minutes, place)
    return _said(_OF_A_VISIT[word])


def _said(of: Way) -> Way:
    return Way(*map(str, of))


def _undo(is_corrected: bool, undo_minutes: int, place: int) -> Way:
    ago = ngettext(
        "You entered this less than %(n)s minute ago.", "You entered this less than %(n)s minutes ago.", undo_minutes
    )
    if place:
        what = gettext("Undo the %(specimen)s", specimen=specimen(place))
        then = gettext("The visit is again as it was before.")
    elif is_corrected:
        what, then = gettext("Undo this correction"), gettext("The record before it counts again.")
    else:
        what, then = gettext("Undo this entry"), gettext("What it paid is taken back.")
    return Way(what, what, f"{ago} {then}", gettext("Undo it"))


def counted_as(change: Change, result: Result) -> Tag:
    """Return what a visit counts as before or after a change, in the words of `outcome_of`."""
    reading = change.read_before if result is change.before else change.read_after
    if reading is not None and result.why == BASELINE:
        return Tag(lazy("Baseline"))
    if reading is not None and result.outcome == outcomes.POSITIVE:
        return Tag(lazy("Not met"), "missed")
    if change.is_unusable and result is change.after:
        return Tag(lazy("Not usable"), "warm")
    return outcome(result.outcome, is_hours=change.is_hours, is_goal=change.is_goal)


def read(change: Change, result: Result) -> str:
    """Return the number of a visit and from where on it counts, before or after a change. Empty without a number."""
    reading = change.read_before if result is change.before else change.read_after
    limit = deciding_limit(result)
    if reading is None or limit is None:
        return ""
    return gettext("%(reading)s, counts at %(limit)s or below", reading=number(reading), limit=number(limit))


def why(change: Change) -> str:
    """Return why a visit is worth what it is after a change: "now the 4th in a row; 40 less of bonus". It may be empty."""
    was, now = change.before, change.after
    if now is None:
        return gettext("no longer counts")
    if was is None:
        return _why_new(now)
    if now.why != was.why and now.why in (EXTRA, TOO_SOON):
        if now.why == EXTRA:
            return gettext("the paid visits are complete without it")
        return gettext("too soon after the paid one before")
    parts = []
    if now.run != was.run and now.why == PAID:
        parts.append(gettext("now the %(nth)s in a row", nth=ordinal(now.run)))
    elif now.ladder != was.ladder and now.why == PAID:
        parts.append(gettext("its step is now worth %(amount)s", amount=number(now.ladder)))
    more = _bonus(now) - _bonus(was)
    if more > 0:
        parts.append(gettext("%(amount)s more of bonus", amount=number(more)))
    elif more < 0:
        parts.append(gettext("%(amount)s less of bonus", amount=number(-more)))
    if now.cut_by != was.cut_by and now.cut_by is not None:
        parts.append(gettext("cut by a ceiling"))
    return "; ".join(parts)


def _why_new(now: Result) -> str:
    if now.why != PAID:
        return ""
    nth = gettext("the %(nth)s in a row", nth=ordinal(now.run)) if now.run > 1 else gettext("the first in a row")
    worth, bonus = number(now.ladder), _bonus(now)
    if not bonus:
        return f"{nth}: {worth}"
    return gettext("%(place)s: %(worth)s, and %(bonus)s more", place=nth, worth=worth, bonus=number(bonus))


def _bonus(result: Result) -> int:
    return result.run_bonus + result.week_bonus + result.side_bonus


def effects(unit: str, has: int, to_client: int, to_program: int) -> tuple[Effect, ...]:
    """Return what a correction does to a client's balance in a unit.

    `has` is the balance before. `to_client` is added to it (negative: taken out). `to_program` is booked as a loss of
    the program (negative: is no longer a loss).
    """
    sentences = []
    balance = {"has": number(has), "then": number(has + to_client)}
    if to_client > 0:
        owed = ngettext(
            "is owed to the client and paid at once: %(has)s now, %(then)s then.",
            "are owed to the client and paid at once: %(has)s now, %(then)s then.",
            to_client,
            **balance,
        )
        sentences.append(Effect(amount(to_client, unit), owed))
    elif to_client < 0:
        taken = ngettext(
            "is taken back: %(has)s now, %(then)s then.",
            "are taken back: %(has)s now, %(then)s then.",
            -to_client,
            **balance,
        )
        sentences.append(Effect(amount(-to_client, unit), taken))
    else:
        sentences.append(Effect("", gettext("The client’s balance stays %(amount)s.", amount=amount(has, unit))))
    if to_program > 0:
        borne = ngettext(
            "was paid too much. The client keeps it; the program bears it.",
            "were paid too much. The client keeps them; the program bears them.",
            to_program,
        )
        sentences.append(Effect(amount(to_program, unit), borne))
    elif to_program < 0:
        after_all = ngettext(
            "that was booked as the program’s loss is owed to the client after all.",
            "that were booked as the program’s loss are owed to the client after all.",
            -to_program,
        )
        sentences.append(Effect(amount(-to_program, unit), after_all))
    return tuple(sentences)


def when(change: Change) -> str:
    """Return the day of a visit that changes, or the week of hours: Week 1 (to Mar 8, 2026)."""
    result = change.after or change.before
    if not change.is_hours:
        return day(change.day)
    if result is None:
        return gettext("Week to %(day)s", day=day(change.day))
    return gettext("Week %(week)s (to %(day)s)", week=number(result.week), day=day(change.day))


def when_title(changed: Sequence[Change]) -> str:
    """Return the heading above the days or weeks of several changes."""
    return {(True,): gettext("Week"), (False, True): gettext("Day or week")}.get(_kinds(changed), gettext("Day"))


def others(changed: Sequence[Change]) -> str:
    """Return what is worked out again beside the entry itself: other visits, other weeks, or both."""
    words = {(True,): gettext("other weeks"), (False, True): gettext("other visits and weeks")}
    return words.get(_kinds(changed), gettext("other visits"))


def _kinds(changed: Sequence[Change]) -> tuple[bool, ...]:
    return tuple(sorted({change.is_hours for change in changed}))


def next_changes(before: LadderState, after: LadderState, one: str = "") -> str:
    """Return how a correction changes what the next visit earns, or an empty text if it does not.

    `one` is what a result of the track is of, as `labels.visits.one` says it.
    """
    if before.next_due is None or after.next_due is None:
        return ""
    if (before.next_due, before.run) == (after.next_due, after.run):
        return ""
    values = {"one": one or gettext("visit"), "amount": amount(after.next_due, after.unit)}
    if before.next_due != after.next_due:
        before_it = number(before.next_due)
        earns = gettext("The next %(one)s earns %(amount)s instead of %(before)s", before=before_it, **values)
    else:
        earns = gettext("The next %(one)s earns %(amount)s", **values)
    run = gettext("%(run)s in a row", run=number(after.run))
    if before.run != after.run:
        was = number(before.run)
        run = gettext("%(run)s in a row instead of %(before)s", run=number(after.run), before=was)
    return f"{earns}; {run}."


def save_button(action: str, moved: dict[str, int]) -> str:
    """Return the text of the button that saves what a page shows: Save the visit and pay 15 points.

    `action` is what is saved, and `moved` is what then goes to the client (negative: is taken back), by unit.
    """
    paid, taken = (
        listed([amount(abs(n), unit) for unit, n in moved.items() if n * sign > 0] or [""], gettext("and"))
        for sign in (1, -1)
    )
    if paid and taken:
        return gettext("%(action)s, pay %(paid)s and take back %(taken)s", action=action, paid=paid, taken=taken)
    if paid:
        return gettext("%(action)s and pay %(paid)s", action=action, paid=paid)
    return gettext("%(action)s and take back %(taken)s", action=action, taken=taken) if taken else str(action)


def saved(moved: dict[str, int]) -> str:
    """Return what a correction did once it is saved; `moved` is what went to the client, by unit."""
    parts = [gettext("Saved.")]
    for unit, n in moved.items():
        values = {"amount": amount(abs(n), unit)}
        if n > 0:
            parts.append(
                ngettext("%(amount)s was paid to the client.", "%(amount)s were paid to the client.", n, **values)
            )
        elif n < 0:
            parts.append(ngettext("%(amount)s was taken back.", "%(amount)s were taken back.", -n, **values))
    return " ".join(parts)
