"""What staff pages say about an enrollment: its days, and what happened to it."""

from typing import NamedTuple

from cm_tracker.domain.clients.agreements import PAPER, SCREEN
from cm_tracker.domain.clients.events import END, MISTAKE, MOVE, PAUSE, EnrollmentEvent, EnrollmentSpan
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.visits.event_changes import MoveChanges, TrackMove
from cm_tracker.forms.clients.enrollments import END_REASONS
from cm_tracker.i18n import day, money, number
from cm_tracker.labels.counting import amount, counted, plural
from cm_tracker.labels.tags import Tag
from cm_tracker.labels.visits import ceiling_scope

# Marks an enrollment that is not over, where two records of a client are compared.
ENROLLED = Tag("Not over", "warm")
# How a client signed the agreement.
SIGNED = {PAPER: "on paper", SCREEN: "with the PIN"}


class EventWords(NamedTuple):
    """The words of a form: its heading, what saving means, and the button."""

    heading: str
    explanation: str
    button: str


_FORMS = {
    "end": EventWords(
        "End the enrollment",
        "No visit can be recorded after the last day. Points, slips and prizes stay the client's, and visits that wait for "
        "a laboratory can still be answered.",
        "End the enrollment",
    ),
    "pause": EventWords(
        "Pause the enrollment",
        "For a stay in hospital, jail or residential care. The days do not count for the program week, the ladder stays "
        "where it is, and absences on these days are voided.",
        "Pause the enrollment",
    ),
    "resume": EventWords(
        "Resume the enrollment", "The client is back. The ladder goes on where it was.", "Resume the enrollment"
    ),
    "move": EventWords(
        "Move to another version",
        "From a day on, visits are worked out by another published version. For a track that both have, the ladder goes "
        "on. A track that only the old version has ends.",
        "Move the client",
    ),
}
_KINDS = {END: "end", PAUSE: "pause", MOVE: "move"}


def event(what: str, of: EnrollmentEvent | None) -> EventWords:
    """Return the words of a form by what it does; `of` is the event that is withdrawn."""
    if what in _FORMS:
        return _FORMS[what]
    name = _KINDS[of.kind] if of is not None else "event"
    return EventWords(
        f"Withdraw the {name}",
        "It was entered by mistake. Everything is worked out again as if it had never been entered. It stays readable in "
        "the ledger.",
        f"Withdraw the {name}",
    )


def days(span: EnrollmentSpan) -> str:
    """Return from when to when an enrollment runs."""
    since = f"since {day(span.starts_on)}"
    if span.end is not None:
        reason = END_REASONS.get(span.end.reason or "", "Ended")
        if span.end.reason == MISTAKE:
            return f"{reason}, {since}"
        return f"{day(span.starts_on)} to {day(span.end.from_day)} · {reason}"
    if span.open_pause is not None:
        return f"{since} · paused since {day(span.open_pause.from_day)}"
    return since


def kind(of: EnrollmentEvent, schedule: str | None) -> str:
    """Return what an event is: End: left the program; Pause; Move to a version."""
    if of.kind == END:
        return f"End: {END_REASONS.get(of.reason or '', 'ended')}"
    return f"Move to {schedule}" if of.kind == MOVE else "Pause"


def when(of: EnrollmentEvent) -> str:
    """Return the days of an event."""
    if of.kind == END:
        return "" if of.reason == MISTAKE else f"last day {day(of.from_day)}"
    if of.kind == MOVE:
        return f"from {day(of.from_day)} on"
    return f"{day(of.from_day)} to {day(of.to_day)}" if of.to_day is not None else f"since {day(of.from_day)}"


def next_amounts(move: TrackMove) -> str:
    """Return what the next visit of a track of the new version earns under the old version and under it."""
    before, after = move.before, move.after
    if after is None:
        return ""
    if after.next_due is None:
        return "the new version’s weeks are complete"
    then = amount(after.next_due, after.unit)
    if before is None:
        return f"new: the first visit earns {then}"
    if before.next_due is None:
        return f"{then}; the old version’s weeks are complete"
    if (before.next_due, before.unit) == (after.next_due, after.unit):
        return f"{then}, as now"
    return f"{amount(before.next_due, before.unit)} now, {then} then"


def level(move: TrackMove) -> str:
    """Return the level of a track, and the one under the new version where that is another one."""
    levels = [number(state.level) for state in (move.before, move.after) if state is not None]
    return f"level {' → '.join(dict.fromkeys(levels))}"


def move_effects(changes: MoveChanges) -> tuple[str, ...]:
    """Return what the visits from the first day on change: what is paid, taken back, and kept as a loss."""
    sentences = []
    for unit in changes.units:
        to_client, to_program = changes.to_client(unit), changes.to_program(unit)
        if to_client:
            sentences.append(f"{amount(abs(to_client), unit)} {'paid' if to_client > 0 else 'taken back'}")
        if to_program > 0:
            sentences.append(f"{amount(to_program, unit)} kept, borne by the program")
        elif to_program < 0:
            sentences.append(f"{amount(-to_program, unit)} no longer a loss")
    visits = sum(not change.is_quiet for change in changes.changes)
    if visits and not sentences:
        sentences.append("balance stays")
    return (f"{counted(visits, 'visit')} worked out anew", *sentences) if visits else ()


def lower_ceiling(use: CeilingUse) -> str:
    """Return a ceiling that is lower under the new version, and how much of it is used."""
    name = (
        f"{money(use.cents)} for each {ceiling_scope(use.ceiling)}"
        if use.scope != "enrollment"
        else f"{money(use.cents)} in all"
    )
    then = ": visits earn nothing more" if use.is_reached else ""
    return f"{name}, {money(use.used_cents)} used{then}"


def moved(moved_count: int, stays: int) -> str:
    """Return how many clients of a list were moved, and how many stay where they were."""
    done = f"{counted(moved_count, 'client')} moved."
    return f"{done} {counted(stays, 'client')} {plural(stays, 'stays', 'stay')} for now." if stays else done
