"""What staff noted of the slots of a day, or of one of them."""

from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import Note, SlotKey
from cm_tracker.models import SlotNote

_NOTES = select(
    SlotNote.id,
    SlotNote.enrollment_id,
    SlotNote.service_id,
    SlotNote.status,
    SlotNote.at,
    SlotNote.minutes,
    SlotNote.excuse,
    SlotNote.to_day,
    SlotNote.visit_id,
    SlotNote.staff_id,
    SlotNote.recorded_at,
)


def notes_of(session: Session, site_id: int, day: date) -> dict[SlotKey, Note]:
    """Return the newest note of each slot of a day."""
    newest = (
        select(func.max(SlotNote.id))
        .where(SlotNote.site_id == site_id, SlotNote.on_day == day)
        .group_by(SlotNote.enrollment_id, SlotNote.service_id)
    )
    rows = session.execute(_NOTES.where(SlotNote.id.in_(newest)))
    return {(row.enrollment_id, row.service_id): _note(row) for row in rows}


def notes_of_slot(session: Session, slot: Slot) -> tuple[Note, ...]:
    """Return every note of a slot, the oldest first. The last one counts."""
    rows = session.execute(
        _NOTES.where(
            SlotNote.enrollment_id == slot.enrollment_id,
            SlotNote.service_id == slot.service_id,
            SlotNote.on_day == slot.on_day,
        ).order_by(SlotNote.id)
    )
    return tuple(_note(row) for row in rows)


def _note(row: Any) -> Note:
    return Note(
        row.id,
        row.status,
        row.at,
        row.minutes,
        row.excuse,
        row.to_day,
        row.visit_id,
        row.staff_id,
        row.recorded_at,
    )


def moved_to(session: Session, site_id: int, day: date) -> list[SlotKey]:
    """Return the slots of other days that were put off to a day."""
    newer = aliased(SlotNote)
    rows = session.execute(
        select(SlotNote.enrollment_id, SlotNote.service_id).where(
            SlotNote.site_id == site_id,
            SlotNote.to_day == day,
            ~exists().where(
                newer.enrollment_id == SlotNote.enrollment_id,
                newer.service_id == SlotNote.service_id,
                newer.on_day == SlotNote.on_day,
                newer.id > SlotNote.id,
            ),
        )
    )
    return [(row.enrollment_id, row.service_id) for row in rows]
