"""Words of a client's day and path: what is due now, what it earns, and what each step of the path was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cm_tracker.clock import day_at
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.path import AHEAD, CLOSED, EARNED, NOTHING, TODAY, Step
from cm_tracker.i18n import day, number, ordinal, time_in
from cm_tracker.labels.counting import amount
from cm_tracker.labels.day import STATE_NAMES
from cm_tracker.labels.hours import duration
from cm_tracker.labels.visits import one, outcome
from cm_tracker.queries.clients.enrollment_cards import TrackState, VisitLine
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.queries.ledger.transactions import TransactionLine


def due(line: SlotLine, zone: str, now: datetime) -> str:
    """Return what is due now: "Here since 10:36 AM: Urine tests"."""
    what = line.service.name
    if line.state == "arrived":
        return f"Here since {time_in((line.note and line.note.at) or now, zone)}: {what}"
    at = time_in(line.due_at, zone)
    if line.state == "missing":
        return f"{what} was due at {at}, {duration(int((now - line.due_at).total_seconds() // 60))} ago"
    return f"{what} is due at {at}"


def earns(line: SlotLine, of: TrackState | None) -> str:
    """Return what meeting the target would earn, and which one in a row it would be."""
    if of is None or not of.state.next_due or of.opens_on is not None:
        return "It pays nothing, and counts as attended." if not line.slot.is_test else ""
    word = (
        "Negative" if line.slot.is_test and not line.is_read else "Meeting the target" if line.is_read else "Attending"
    )
    return f"{word} earns {amount(of.state.next_due, of.state.unit)}, the {ordinal(of.state.run + 1)} in a row."


def bonus(track: Track) -> str:
    """Return what the upper part of a bar is: the bonus of a track in a few words."""
    every = {phase.run_bonus.every for phase in track.phases if phase.run_bonus}
    return f"every {ordinal(every.pop())} adds a bonus" if len(every) == 1 else "bonus"


@dataclass(frozen=True, slots=True)
class PathBar:
    """A step of a path as a bar, in pixels. `number` stands above it, `label` below it; `says` is for whoever hears it."""

    kind: str
    height: int
    bonus_height: int
    number: str
    label: str
    says: str


HIGHEST = 120
"""The height of the highest bar."""


def bars(steps: Sequence[Step], unit: str, evidence: str) -> tuple[PathBar, ...]:
    """Return the path of a track with some evidence as bars on one scale."""
    top = max((step.amount for step in steps), default=0) or 1
    found, before = [], None
    for step in steps:
        bonus = round(step.bonus * HIGHEST / top)
        found.append(
            PathBar(
                step.kind,
                round(step.amount * HIGHEST / top) - bonus,
                bonus,
                step_word(step) or number(step.amount),
                step_day(step, before),
                step_says(step, unit, evidence),
            )
        )
        before = step
    return tuple(found)


def step_word(step: Step) -> str:
    """Return the word that stands in place of an amount."""
    if step.kind == CLOSED:
        return "closed"
    return _HELD.get(step.outcome or "", "") if step.kind == NOTHING else ""


_HELD = {outcomes.EXCUSED: "excused", outcomes.PENDING: "waits", outcomes.DISPUTED: "waits"}


def step_day(step: Step, before: Step | None) -> str:
    """Return the day of a step in a few letters. The month stands where it changes."""
    if step.kind == TODAY:
        return "Today"
    if step.is_drawn:
        return "drawn"
    if step.day is None:
        return "Next"
    is_new = before is None or before.day is None or before.is_drawn or before.day.month != step.day.month
    return f"{step.day:%b} {step.day.day}" if is_new else str(step.day.day)


def step_says(step: Step, unit: str, evidence: str) -> str:
    """Return a step as a sentence for whoever hears the page."""
    when = (
        f"The next {one(evidence)}" if step.day is None else "A day that is drawn" if step.is_drawn else day(step.day)
    )
    if step.kind == CLOSED:
        return f"{when}: the clinic was closed, nothing was missed"
    much = amount(step.amount, unit)
    if step.kind in (TODAY, AHEAD):
        return f"{'Today' if step.kind == TODAY else when}: would earn {much}"
    if step.kind == EARNED:
        return f"{when}: earned {much}"
    held = outcome(step.outcome or "", is_hours=evidence == "hours", is_goal=evidence == "activity")
    return f"{when}: {held.text}, no {unit}"


def done(lines: Sequence[SlotLine]) -> str:
    """Return what became of the day, once nothing of it is open."""
    return ", ".join(f"{line.service.name}: {STATE_NAMES[line.state]}" for line in lines)


def visits_in_short(visits: Sequence[VisitLine]) -> str:
    """Return the summary of the folded list of visits, of which the newest comes first."""
    return f"{number(len(visits))}, the last on {day(visits[0].visit.happened_on)}" if visits else "none yet"


def moved_in_short(lines: Sequence[TransactionLine], zone: str) -> str:
    """Return the summary of the folded list of what moved, of which the newest comes first."""
    return f"the last on {day(day_at(lines[0].recorded_at, zone))}" if lines else "nothing yet"
