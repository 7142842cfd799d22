"""Lock the client of a slot, and find the slot."""

from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.domain.day.closing import check_is_open
from cm_tracker.domain.day.slots import Slot, slot_of
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment, lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.queries.day.closed_days import closed_at
from cm_tracker.queries.day.expected import people_at
from cm_tracker.queries.day.week import site_week


class LockedSlot(NamedTuple):
    """A slot whose client is locked until the commit."""

    slot: Slot
    enrollment: LockedEnrollment


def lock_slot(
    session: Session,
    enrollment_id: int,
    service_id: int,
    on_day: date,
    permission: str,
    actor: Actor,
    request: IdempotentRequest,
) -> LockedSlot:
    """Lock a client and return their slot at a service on a day, also where they are not expected there.

    Raise `NotFound` and `NotAllowed` as `lock_enrollment` does, and `BadInput` where there can be no slot, and for
    a day that is closed.
    """
    enrollment = lock_enrollment(session, enrollment_id, permission, actor, request)
    site_id = enrollment.history.site_id
    check_is_open(closed_at(session, site_id, on_day) is not None, on_day)
    people = people_at(session, site_id, on_day, only=enrollment_id)
    slot = slot_of(site_week(session, site_id), people[0].planned, service_id, on_day) if people else None
    if slot is None:
        raise BadInput("The service does not meet on that day, or the client does not take part. Look at the plan.")
    return LockedSlot(slot, enrollment)
