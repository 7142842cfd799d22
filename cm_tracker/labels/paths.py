"""Words of a client's day and path: what is due now, what it earns, and what each step of the path was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton

from cm_tracker.clock import day_at
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.path import AHEAD, CLOSED, EARNED, NOTHING, TODAY, Step
from cm_tracker.i18n import day, gettext, language, lazy, ngettext, number, ordinal, time_in
from cm_tracker.labels.counting import amount, unit_name
from cm_tracker.labels.day import STATE_NAMES
from cm_tracker.labels.hours import duration
from cm_tracker.labels.visits import outcome
from cm_tracker.queries.clients.enrollment_cards import TrackState, VisitLine
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.queries.ledger.transactions import TransactionLine


def due(line: SlotLine, zone: str, now: datetime) -> str:
    """Return what is due now: "Here since 10:36 AM: Urine tests"."""
    what = line.service.name
    if line.state == "arrived":
        since = time_in((line.note and line.note.at) or now, zone)
        return gettext("Here since %(time)s: %(what)s", time=since, what=what)
    at = time_in(line.due_at, zone)
    if line.state == "missing":
        ago = duration(int((now - line.due_at).total_seconds() // 60))
        return gettext("%(what)s was due at %(time)s, %(ago)s ago", what=what, time=at, ago=ago)
    return gettext("%(what)s is due at %(time)s", what=what, time=at)


def earns(line: SlotLine, of: TrackState | None) -> str:
    """Return what meeting the target would earn, and which one in a row it would be."""
    if of is None or not of.state.next_due or of.opens_on is not None:
        return gettext("It pays nothing, and counts as attended.") if not line.slot.is_test else ""
    much, nth = amount(of.state.next_due, of.state.unit), ordinal(of.state.run + 1)
    if line.slot.is_test and not line.is_read:
        return gettext("Negative earns %(amount)s, the %(nth)s in a row.", amount=much, nth=nth)
    if line.is_read:
        return gettext("Meeting the target earns %(amount)s, the %(nth)s in a row.", amount=much, nth=nth)
    return gettext("Attending earns %(amount)s, the %(nth)s in a row.", amount=much, nth=nth)


# What is said of the next result of a track, by the evidence of the track; `_OF_VISITS` of all others.
_OF_VISITS = ""
_NEXT_EARNS = {
    "hours": lazy("Next week earns"),
    "activity": lazy("Next goal earns"),
    _OF_VISITS: lazy("Next visit earns"),
}
_IN_PAUSE = {
    "hours": lazy("The days of a pause belong to no week. The ladder stays where it is."),
    "activity": lazy("No goal is recorded while the enrollment is paused. The ladder stays where it is."),
    _OF_VISITS: lazy("No visit is recorded while the enrollment is paused. The ladder stays where it is."),
}
_ENDED = {
    "hours": lazy("The enrollment has ended. You can still enter the hours of its last week."),
    "activity": lazy("The enrollment has ended. You can still enter a goal from before its last day."),
    _OF_VISITS: lazy("The enrollment has ended. You can still enter a visit from before its last day."),
}
_STILL_ENTERED = {
    "hours": lazy("You can still enter hours from that time."),
    "activity": lazy("You can still enter a goal from that time."),
    _OF_VISITS: lazy("You can still enter a visit from that time."),
}
_LATE = {"activity": lazy("Enter a goal late"), _OF_VISITS: lazy("Enter a visit late")}
_THE_NEXT = {
    "hours": lazy("The next week"),
    "activity": lazy("The next goal"),
    _OF_VISITS: lazy("The next visit"),
}


def next_earns(evidence: str) -> str:
    """Return the label of what the next result of a track earns: Next visit earns."""
    return _NEXT_EARNS.get(evidence, _NEXT_EARNS[_OF_VISITS])


def in_a_row(evidence: str, n: int) -> str:
    """Return what a run is counted in: visits."""
    if evidence == "hours":
        return ngettext("week", "weeks", n)
    return ngettext("goal", "goals", n) if evidence == "activity" else ngettext("visit", "visits", n)


def in_pause(evidence: str) -> str:
    """Return what a pause means for a track."""
    return _IN_PAUSE.get(evidence, _IN_PAUSE[_OF_VISITS])


def is_over(evidence: str, weeks: int | None) -> str:
    """Return what can still be entered: after the last of the `weeks` of a schedule, or of an enrollment that was ended."""
    if weeks is None:
        return _ENDED.get(evidence, _ENDED[_OF_VISITS])
    gone = ngettext("The schedule’s %(n)s week is over.", "The schedule’s %(n)s weeks are over.", weeks)
    return f"{gone} {_STILL_ENTERED.get(evidence, _STILL_ENTERED[_OF_VISITS])}"


def late(evidence: str) -> str:
    """Return the text of the button that enters a visit or a goal of an enrollment that is over."""
    return _LATE.get(evidence, _LATE[_OF_VISITS])


def bonus(track: Track) -> str:
    """Return what the upper part of a bar is: the bonus of a track in a few words."""
    every = {phase.run_bonus.every for phase in track.phases if phase.run_bonus}
    if len(every) == 1:
        return gettext("every %(nth)s adds a bonus", nth=ordinal(every.pop()))
    return gettext("bonus")


@dataclass(frozen=True, slots=True)
class PathBar:
    """A step of a path as a bar, in pixels. `number` stands above it, `label` below it; `says` is for whoever hears it.

    `is_word` says that a word stands in place of the number, `is_drawn` that its day is drawn, which nobody is told: its
    label is a question mark.
    """

    kind: str
    height: int
    bonus_height: int
    number: str
    label: str
    says: str
    is_word: bool = False
    is_drawn: bool = False


HIGHEST = 120
"""The height of the highest bar."""


def bars(steps: Sequence[Step], unit: str, evidence: str) -> tuple[PathBar, ...]:
    """Return the path of a track with some evidence as bars on one scale."""
    top = max((step.amount for step in steps), default=0) or 1
    found, before = [], None
    for step in steps:
        bonus, word = round(step.bonus * HIGHEST / top), step_word(step)
        found.append(
            PathBar(
                step.kind,
                round(step.amount * HIGHEST / top) - bonus,
                bonus,
                word or number(step.amount),
                step_day(step, before),
                step_says(step, unit, evidence),
                bool(word),
                step.is_drawn,
            )
        )
        before = step
    return tuple(found)


def step_word(step: Step) -> str:
    """Return the word that stands in place of an amount."""
    if step.kind == CLOSED:
        return gettext("closed")
    return _HELD.get(step.outcome or "", "") if step.kind == NOTHING else ""


_HELD = {outcomes.EXCUSED: lazy("excused"), outcomes.PENDING: lazy("waits"), outcomes.DISPUTED: lazy("waits")}


def step_day(step: Step, before: Step | None) -> str:
    """Return the day of a step in a few letters. The month stands where it changes."""
    if step.kind == TODAY:
        return gettext("Today")
    if step.is_drawn:
        return "?"
    if step.day is None:
        return gettext("Next")
    is_new = before is None or before.day is None or before.is_drawn or before.day.month != step.day.month
    return format_skeleton("MMMd", step.day, locale=language()) if is_new else str(step.day.day)


def step_says(step: Step, unit: str, evidence: str) -> str:
    """Return a step as a sentence for whoever hears the page."""
    when = gettext("Today") if step.kind == TODAY else _when(step, evidence)
    if step.kind == CLOSED:
        return gettext("%(when)s: the clinic was closed, nothing was missed", when=when)
    much = amount(step.amount, unit)
    if step.kind in (TODAY, AHEAD):
        return gettext("%(when)s: would earn %(amount)s", when=when, amount=much)
    if step.kind == EARNED:
        return gettext("%(when)s: earned %(amount)s", when=when, amount=much)
    held = outcome(step.outcome or "", is_hours=evidence == "hours", is_goal=evidence == "activity")
    return gettext("%(when)s: %(outcome)s, no %(unit)s", when=when, outcome=held.text, unit=unit_name(unit, 0))


def _when(step: Step, evidence: str) -> str:
    if step.day is None:
        return _THE_NEXT.get(evidence, _THE_NEXT[_OF_VISITS])
    return gettext("A day that is drawn") if step.is_drawn else day(step.day)


def done(lines: Sequence[SlotLine]) -> str:
    """Return what became of the day, once nothing of it is open."""
    return ", ".join(f"{line.service.name}: {STATE_NAMES[line.state]}" for line in lines)


def visits_in_short(visits: Sequence[VisitLine]) -> str:
    """Return the summary of the folded list of visits, of which the newest comes first."""
    if not visits:
        return gettext("none yet")
    return gettext("%(number)s, the last on %(day)s", number=number(len(visits)), day=day(visits[0].visit.happened_on))


def moved_in_short(lines: Sequence[TransactionLine], zone: str) -> str:
    """Return the summary of the folded list of what moved, of which the newest comes first."""
    if not lines:
        return gettext("nothing yet")
    return gettext("the last on %(day)s", day=day(day_at(lines[0].recorded_at, zone)))
