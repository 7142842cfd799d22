"""Find the slot of a client at a community meeting."""

from datetime import date

from sqlalchemy.orm import Session

from cm_tracker.domain.day.slots import Slot, slot_of
from cm_tracker.domain.errors import BadInput
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.queries.day.expected import people_at
from cm_tracker.queries.day.week import site_week


def meeting_slot(session: Session, enrollment: LockedEnrollment, service_id: int, on_day: date) -> Slot:
    """Return the slot of a meeting, also where the client was not expected. Raise `BadInput` where there can be none."""
    site_id = enrollment.history.site_id
    people = people_at(session, site_id, on_day, only=[enrollment.history.id])
    slot = slot_of(site_week(session, site_id), people[0].planned, service_id, on_day) if people else None
    if slot is None:
        raise BadInput(
            "The meeting is not held on that day, or the client does not take part. Check the day.", "on_day"
        )
    return slot
