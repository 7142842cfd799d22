"""What staff pages say about an enrollment: its days, and what happened to it."""

from datetime import date
from typing import NamedTuple

from cm_tracker.domain.clients.agreements import PAPER, SCREEN
from cm_tracker.domain.clients.events import END, MISTAKE, MOVE, PAUSE, EnrollmentEvent, EnrollmentSpan
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.visits.event_changes import MoveChanges, TrackMove
from cm_tracker.forms.clients.enrollments import END_REASONS
from cm_tracker.i18n import day, gettext, lazy, marked, money, ngettext, number
from cm_tracker.labels.counting import amount
from cm_tracker.labels.tags import Tag
from cm_tracker.labels.visits import ceiling_scope

# Marks an enrollment that is not over, where two records of a client are compared.
ENROLLED = Tag(lazy("Not over"), "warm")
# How a client signed the agreement. It is translated where it is shown to staff.
SIGNED = {PAPER: marked("on paper"), SCREEN: marked("with the PIN")}
# On what a disclosure rests, as `domain.clients.disclosures.BASES` says it.
BASES = (
    marked("The client’s written consent"),
    marked("It is for the client themself"),
    marked("A medical emergency"),
    marked("Scientific research"),
    marked("An audit or evaluation of the program"),
    marked("A court order with a subpoena"),
    marked("A contractor with a service agreement"),
    marked("A crime at the clinic or against its staff"),
    marked("A report of suspected child abuse or neglect"),
)


class EventWords(NamedTuple):
    """The words of a form: its heading, what saving means, and the button."""

    heading: str
    explanation: str
    button: str


_FORMS = {
    "end": EventWords(
        lazy("End the enrollment"),
        lazy(
            "No visit can be recorded after the last day. Points, slips and prizes stay the client's, and visits that wait "
            "for a laboratory can still be answered."
        ),
        lazy("End the enrollment"),
    ),
    "pause": EventWords(
        lazy("Pause the enrollment"),
        lazy(
            "For a stay in hospital, jail or residential care. The days do not count for the program week, the ladder "
            "stays where it is, and absences on these days are voided."
        ),
        lazy("Pause the enrollment"),
    ),
    "resume": EventWords(
        lazy("Resume the enrollment"),
        lazy("The client is back. The ladder goes on where it was."),
        lazy("Resume the enrollment"),
    ),
    "move": EventWords(
        lazy("Move to another version"),
        lazy(
            "From a day on, visits are worked out by another published version. For a track that both have, the ladder "
            "goes on. A track that only the old version has ends."
        ),
        lazy("Move the client"),
    ),
}
_WITHDRAWALS = {
    END: lazy("Withdraw the end"),
    PAUSE: lazy("Withdraw the pause"),
    MOVE: lazy("Withdraw the move"),
}


def event(what: str, of: EnrollmentEvent | None) -> EventWords:
    """Return the words of a form by what it does; `of` is the event that is withdrawn."""
    if what in _FORMS:
        return _FORMS[what]
    name = _WITHDRAWALS[of.kind] if of is not None else gettext("Withdraw the event")
    return EventWords(
        name,
        gettext(
            "It was entered by mistake. Everything is worked out again as if it had never been entered. It stays readable "
            "in the ledger."
        ),
        name,
    )


def days(span: EnrollmentSpan) -> str:
    """Return from when to when an enrollment runs."""
    since = gettext("since %(day)s", day=day(span.starts_on))
    if span.end is not None:
        reason = END_REASONS.get(span.end.reason or "") or gettext("Ended")
        if span.end.reason == MISTAKE:
            return f"{reason}, {since}"
        return f"{_from_to(span.starts_on, span.end.from_day)} · {reason}"
    if span.open_pause is not None:
        paused = gettext("paused since %(day)s", day=day(span.open_pause.from_day))
        return f"{since} · {paused}"
    return since


def _from_to(first: date, last: date) -> str:
    return gettext("%(first)s to %(last)s", first=day(first), last=day(last))


def kind(of: EnrollmentEvent, schedule: str | None) -> str:
    """Return what an event is: End: left the program; Pause; Move to a version."""
    if of.kind == END:
        return gettext("End: %(reason)s", reason=END_REASONS.get(of.reason or "") or gettext("ended"))
    return gettext("Move to %(version)s", version=schedule) if of.kind == MOVE else gettext("Pause")


def when(of: EnrollmentEvent) -> str:
    """Return the days of an event."""
    if of.kind == END:
        return "" if of.reason == MISTAKE else gettext("last day %(day)s", day=day(of.from_day))
    if of.kind == MOVE:
        return gettext("from %(day)s on", day=day(of.from_day))
    return _from_to(of.from_day, of.to_day) if of.to_day is not None else gettext("since %(day)s", day=day(of.from_day))


def next_amounts(move: TrackMove) -> str:
    """Return what the next visit of a track of the new version earns under the old version and under it."""
    before, after = move.before, move.after
    if after is None:
        return ""
    if after.next_due is None:
        return gettext("the new version’s weeks are complete")
    then = amount(after.next_due, after.unit)
    if before is None:
        return gettext("new: the first visit earns %(amount)s", amount=then)
    if before.next_due is None:
        return gettext("%(amount)s; the old version’s weeks are complete", amount=then)
    if (before.next_due, before.unit) == (after.next_due, after.unit):
        return gettext("%(amount)s, as now", amount=then)
    return gettext("%(now)s now, %(then)s then", now=amount(before.next_due, before.unit), then=then)


def level(move: TrackMove) -> str:
    """Return the level of a track, and the one under the new version where that is another one."""
    levels = [number(state.level) for state in (move.before, move.after) if state is not None]
    return gettext("level %(levels)s", levels=" → ".join(dict.fromkeys(levels)))


def move_effects(changes: MoveChanges) -> tuple[str, ...]:
    """Return what the visits from the first day on change: what is paid, taken back, and kept as a loss."""
    sentences = []
    for unit in changes.units:
        to_client, to_program = changes.to_client(unit), changes.to_program(unit)
        if to_client:
            much = amount(abs(to_client), unit)
            sentences.append(
                gettext("%(amount)s paid", amount=much)
                if to_client > 0
                else gettext("%(amount)s taken back", amount=much)
            )
        if to_program > 0:
            sentences.append(gettext("%(amount)s kept, borne by the program", amount=amount(to_program, unit)))
        elif to_program < 0:
            sentences.append(gettext("%(amount)s no longer a loss", amount=amount(-to_program, unit)))
    visits = sum(not change.is_quiet for change in changes.changes)
    if visits and not sentences:
        sentences.append(gettext("balance stays"))
    anew = ngettext("%(n)s visit worked out anew", "%(n)s visits worked out anew", visits)
    return (anew, *sentences) if visits else ()


def lower_ceiling(use: CeilingUse) -> str:
    """Return a ceiling that is lower under the new version, and how much of it is used."""
    name = (
        gettext("%(limit)s for each %(scope)s", limit=money(use.cents), scope=ceiling_scope(use.ceiling))
        if use.scope != "enrollment"
        else gettext("%(limit)s in all", limit=money(use.cents))
    )
    used = money(use.used_cents)
    if use.is_reached:
        return gettext("%(ceiling)s, %(used)s used: visits earn nothing more", ceiling=name, used=used)
    return gettext("%(ceiling)s, %(used)s used", ceiling=name, used=used)


def moved(moved_count: int, stays: int) -> str:
    """Return how many clients of a list were moved, and how many stay where they were."""
    done = ngettext("%(n)s client moved.", "%(n)s clients moved.", moved_count)
    if not stays:
        return done
    stay = ngettext("%(n)s client stays for now.", "%(n)s clients stay for now.", stays)
    return f"{done} {stay}"
