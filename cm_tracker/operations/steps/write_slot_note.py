"""Write what staff noted of a slot."""

from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import ABSENT, ATTENDED, EXCUSED, Note
from cm_tracker.domain.errors import BadInput, ChangedMeanwhile
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import SlotNote
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.prepared import Prepared

RECORDED = (ATTENDED, EXCUSED, ABSENT)


def newest_note_id(session: Session, slot: Slot) -> int:
    """Return the id of the newest note of a slot, 0 where nobody noted anything."""
    newest = select(func.max(SlotNote.id)).where(
        SlotNote.enrollment_id == slot.enrollment_id,
        SlotNote.service_id == slot.service_id,
        SlotNote.on_day == slot.on_day,
    )
    return session.execute(newest).scalar_one() or 0


def check_may_note_over(session: Session, slot: Slot, actor: Actor) -> None:
    """Raise `BadInput` where somebody has recorded a slot, for an actor who records nothing, such as the front desk."""
    status = select(SlotNote.status).where(SlotNote.id == newest_note_id(session, slot))
    if not actor.may("visit:record") and session.execute(status).scalar_one_or_none() in RECORDED:
        raise BadInput("Staff have recorded this. Ask them to change it.")


def check_seen(session: Session, slot: Slot, seen: int | None) -> None:
    """Raise `ChangedMeanwhile` where somebody noted something since the page was shown. `seen` is the newest note on it.

    The client is locked, so nobody else notes anything until the commit. None asks for no check.
    """
    if seen is not None and newest_note_id(session, slot) != seen:
        raise ChangedMeanwhile


def write_slot_note(
    session: Session,
    slot: Slot,
    site_id: int,
    status: str,
    *,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
    minutes: int | None = None,
    excuse: str | None = None,
    to_day: date | None = None,
    visit_id: int | None = None,
) -> Note:
    """Write a note of a slot and return it. From now on it is the one that counts."""
    row = {
        "site_id": site_id,
        "enrollment_id": slot.enrollment_id,
        "service_id": slot.service_id,
        "on_day": slot.on_day,
        "status": status,
        "at": at,
        "minutes": minutes,
        "excuse": excuse,
        "to_day": to_day,
        "visit_id": visit_id,
        "recorded_at": now,
        "staff_id": actor.staff_id,
    }
    note_id = _INSERT(session, row)[0].id
    return Note(note_id, status, at, minutes, excuse, to_day, visit_id, actor.staff_id, now)


def audit_slot_note(
    session: Session, slot: Slot, history: EnrollmentHistory, status: str, *, actor: Actor, now: datetime
) -> None:
    """Write in the audit trail that something was noted of a slot of an enrollment."""
    note_audit(
        session,
        "slot:noted",
        f"enrollment:{slot.enrollment_id}",
        actor=actor,
        now=now,
        site_id=history.site_id,
        client_id=history.client_id,
        status=status,
        on_day=slot.on_day.isoformat(),
    )


# A sheet writes one for each of its people.
_NOTE = table(SlotNote)
_INSERT = Prepared(
    insert(_NOTE).values({c.name: bindparam(c.name) for c in _NOTE.columns if c.name != "id"}).returning(_NOTE.c.id),
    columns=(_NOTE.c.id,),
)
