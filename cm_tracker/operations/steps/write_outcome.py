"""Write what became of a slot: its visit, where it is one, and the note of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.domain.day.recording import ALL_NEGATIVE, Said, check_way, minutes_between, visit_of
from cm_tracker.domain.day.states import ATTENDED
from cm_tracker.domain.errors import BadInput, MostWerePaid, NothingMissed, NotWhatWasShown, SameVisit
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Presence
from cm_tracker.domain.visits.panels import Panel
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import preview
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.lock_slot import LockedSlot
from cm_tracker.operations.steps.write_new_visit import write_new_visit
from cm_tracker.operations.steps.write_slot_note import audit_slot_note, write_slot_note


class Decided(NamedTuple):
    """What is written for a slot: the minutes that were attended, and the visit, or None where a note is all."""

    said: Said
    minutes: int | None
    visit: NewVisit | None


class WrittenOutcome(NamedTuple):
    """The note that was written, the visit of it, and the records that wait to be sealed."""

    note_id: int
    visit_id: int | None
    records: tuple[Record, ...]


def decide_outcome(
    locked: LockedSlot, said: Said, *, panel: Panel | None, shown: str | None = None, actor: Actor, now: datetime
) -> Decided:
    """Return what is to be written for what staff say of a slot. Nothing is written yet.

    Nothing but a note is written for a slot that counts for no track, and for one for which nothing more can be recorded
    on its day: the week's paid visits are complete, or the day has its visit. `shown` is the fingerprint of the changes
    that the page showed for a late entry: where they are others by now, raise `NotWhatWasShown`. Raise `BadInput` for a
    late entry that would change other visits without that, and what `check_way`, `visit_of` and `propose_visit` raise.
    """
    slot, history = locked.slot, locked.enrollment.history
    track = history.timeline.track_on(slot.behavior, slot.on_day) if slot.behavior else None
    check_way(slot, track, said.way, history.day_of(now))
    minutes = minutes_between(slot, said.arrived_at, said.left_at) if said.way == ATTENDED else None
    visit = visit_of(slot, track, said, now=now, minutes=minutes, panel=panel)
    is_possible = visit is not None and _is_possible(locked.enrollment, visit, shown, actor, now)
    return Decided(said, minutes, visit if is_possible else None)


def write_outcome(
    session: Session, locked: LockedSlot, decided: Decided, *, actor: Actor, now: datetime
) -> WrittenOutcome:
    """Write what was decided for a slot, pay what it earns, and note it. The caller seals."""
    slot, history = locked.slot, locked.enrollment.history
    said = decided.said
    written = (
        write_new_visit(session, locked.enrollment, decided.visit, actor=actor, now=now) if decided.visit else None
    )
    visit_id = written.id if written else None
    noted = write_slot_note(
        session,
        slot,
        history.site_id,
        ATTENDED if said.way == ALL_NEGATIVE else said.way,
        actor=actor,
        now=now,
        at=said.arrived_at,
        minutes=decided.minutes,
        excuse=said.excuse,
        visit_id=visit_id,
    )
    if written is None:
        audit_slot_note(session, slot, history, noted.status, actor=actor, now=now)
    return WrittenOutcome(noted.id, visit_id, written.records if written else ())


def _is_possible(enrollment: LockedEnrollment, visit: NewVisit, shown: str | None, actor: Actor, now: datetime) -> bool:
    """Return whether a visit can be recorded, or whether nothing more is to be recorded on its day.

    Raise `BadInput` for one that would change what other visits earn, unless the page has shown it; and what else stands
    against it.
    """
    try:
        new = propose_visit(enrollment.history, visit, actor=actor, now=now)
    except (NothingMissed, MostWerePaid):
        return False
    except SameVisit:
        if isinstance(visit.evidence, Absence | Presence):
            return False
        raise
    changes = preview(enrollment.history, enrollment.ledger_state, new)
    if changes.others(new.id) and changes.fingerprint != shown:
        if shown:
            raise NotWhatWasShown
        raise BadInput("This is entered late and changes later visits. Enter it on the client's page, which shows how.")
    return True
