"""Lock the client of a slot, and find the slot; or those of everybody on a sheet."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.domain.day.services import Service
from cm_tracker.domain.day.slots import Slot, slot_of
from cm_tracker.domain.errors import BadInput, Refused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.keep_day_open import keep_day_open
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment, lock_enrollment
from cm_tracker.operations.steps.lock_enrollments import lock_enrollments
from cm_tracker.operations.steps.run_once import IdempotentRequest
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

    The day stays open until the commit. Raise `NotFound` and `NotAllowed` as `lock_enrollment` does, and `BadInput`
    where there can be no slot, and for a day that is closed.
    """
    enrollment = lock_enrollment(session, enrollment_id, permission, actor, request)
    return LockedSlot(open_slot(session, enrollment, service_id, on_day), enrollment)


def open_slot(session: Session, enrollment: LockedEnrollment, service_id: int, on_day: date) -> Slot:
    """Return the slot of a locked client at a service on a day. The day stays open until the commit.

    Raise `BadInput` where there can be no slot, and for a day that is closed.
    """
    history = enrollment.history
    keep_day_open(session, history.site_id, on_day)
    slots = _slots(session, history.site_id, service_id, on_day, [history.id])
    return _one_of(slots, history.id)


class LockedSlots(NamedTuple):
    """The slots of several clients at one service, by the enrollment's id, and why others cannot be locked."""

    slots: Mapping[int, LockedSlot]
    refused: Mapping[int, Refused]


def lock_slots(
    session: Session,
    enrollment_ids: Collection[int],
    service: Service,
    on_day: date,
    permission: str,
    actor: Actor,
) -> LockedSlots:
    """Lock the clients of a service and return their slots on a day, also of those who are not expected there.

    Each client is refused alone, with what `lock_slot` raises. Raise `BadInput` for a day that is closed. The number of
    statements does not depend on how many they are.
    """
    enrollments = lock_enrollments(session, enrollment_ids, permission, actor)
    keep_day_open(session, service.site_id, on_day)
    slots = _slots(session, service.site_id, service.id, on_day, enrollments.locked)
    found: dict[int, LockedSlot] = {}
    refused = dict(enrollments.refused)
    for enrollment_id, enrollment in enrollments.locked.items():
        try:
            found[enrollment_id] = LockedSlot(_one_of(slots, enrollment_id), enrollment)
        except BadInput as error:
            refused[enrollment_id] = error
    return LockedSlots(found, refused)


def _slots(
    session: Session, site_id: int, service_id: int, on_day: date, enrollment_ids: Collection[int]
) -> dict[int, Slot | None]:
    people = people_at(session, site_id, on_day, only=enrollment_ids)
    week = site_week(session, site_id)
    return {one.enrollment_id: slot_of(week, one.planned, service_id, on_day) for one in people}


def _one_of(slots: Mapping[int, Slot | None], enrollment_id: int) -> Slot:
    slot = slots.get(enrollment_id)
    if slot is None:
        raise BadInput("The service does not meet on that day, or the client does not take part. Look at the plan.")
    return slot
