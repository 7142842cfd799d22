"""What staff pages say about an enrollment: its days, and what happened to it."""

from typing import NamedTuple

from cm_tracker.domain.clients.events import END, MISTAKE, MOVE, PAUSE, EnrollmentEvent, EnrollmentSpan
from cm_tracker.forms.clients.enrollments import END_REASONS
from cm_tracker.i18n import day


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
