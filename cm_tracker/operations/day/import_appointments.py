"""Import the appointments of a client from another program's file."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.importing import Appointment, ImportedRows, is_new_appointment
from cm_tracker.domain.day.services import instant_of
from cm_tracker.domain.day.states import LATER
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.phrases import in_phrases
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.importing import Reason, Reject, RowRefused
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.lock_slot import open_slot
from cm_tracker.operations.steps.write_slot_note import audit_slot_note, write_slot_note
from cm_tracker.queries.day.notes import notes_of_slot
from cm_tracker.queries.day.week import site_week


@one_transaction
def import_appointments(
    session: Session, *, enrollment_id: int, appointments: Sequence[Appointment], actor: Actor, now: datetime
) -> ImportedRows:
    """Note of the slots of a client that they come at the times of a file. One that is noted already adds nothing.

    What people noted of a slot is never changed: such an appointment is rejected, and so is one on a day that is closed
    or for which there can be no slot. The others are noted all the same.
    """
    enrollment = lock_enrollment(session, enrollment_id, "day:note", actor)
    history = enrollment.history
    week = site_week(session, history.site_id)
    added: list[int] = []
    already: list[int] = []
    rejects: list[Reject] = []
    for one in appointments:
        at = instant_of(one.on_day, one.time_of_day, week.zone)
        try:
            slot = open_slot(session, enrollment, one.service_id, one.on_day)
            is_new = is_new_appointment(notes_of_slot(session, slot), at, week.services[one.service_id], one.on_day)
        except RowRefused as refused:
            rejects.append(refused.reject(one.line))
        except Refused as error:
            if error.status >= 500:
                raise  # such as a full disk: no fault of this row
            rejects.append(Reject(one.line, Reason.NOT_POSSIBLE, in_phrases(error)))
        else:
            (added if is_new else already).append(one.line)
            if is_new:
                write_slot_note(session, slot, history.site_id, LATER, actor=actor, now=now, at=at)
                audit_slot_note(session, slot, history, LATER, actor=actor, now=now)
    return ImportedRows(tuple(added), tuple(already), tuple(rejects))
