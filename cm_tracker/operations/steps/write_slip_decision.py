"""Write whether staff accept a slip of a community meeting, and record what an accepted one pays."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.recording import Said, visit_of
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import ATTENDED
from cm_tracker.domain.errors import AbsenceRecorded, SameVisit
from cm_tracker.domain.goals.slips import ACCEPTED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import MeetingSlip, SlipDecision, SlotNote
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.meeting_slot import meeting_slot
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.take_visit import take_visit, visits_of_day
from cm_tracker.operations.steps.write_new_visit import WrittenVisit
from cm_tracker.operations.steps.write_slot_note import write_slot_note


@dataclass(frozen=True, slots=True)
class SlipOfMeeting:
    """A slip: its id, the service that it is for, and the day."""

    id: int
    service_id: int
    on_day: date


def write_slip_decision(
    session: Session,
    enrollment: LockedEnrollment,
    slip: SlipOfMeeting,
    decision: str,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Write a decision that was checked, and return its id.

    An accepted slip notes that the client attended, also on a day that is closed by now, and records what a visit of that
    slot pays. A declined one records nothing else. Raise `AbsenceRecorded` where the day has an absence, and what
    `meeting_slot` and `take_visit` raise.
    """
    history = enrollment.history
    visit = _attended(session, enrollment, slip, actor, now) if decision == ACCEPTED else None
    decision_id: int = session.execute(
        insert(SlipDecision)
        .values(
            slip_id=slip.id,
            decision=decision,
            note_digest=save_note(session, reason) if decision != ACCEPTED else None,
            visit_id=visit.id if visit else None,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(SlipDecision.id)
    ).scalar_one()
    tag = "slip:accepted" if decision == ACCEPTED else "slip:declined"
    note_audit(
        session,
        tag,
        f"meeting_slip:{slip.id}",
        actor=actor,
        now=now,
        site_id=history.site_id,
        client_id=history.client_id,
        on_day=slip.on_day.isoformat(),
    )
    if visit is not None and visit.records:
        seal_records(session, visit.records)
    return decision_id


def _attended(
    session: Session, enrollment: LockedEnrollment, slip: SlipOfMeeting, actor: Actor, now: datetime
) -> WrittenVisit | None:
    """Note that the client attended, and return the visit that is paid for it, or None where nothing is."""
    history = enrollment.history
    slot = meeting_slot(session, enrollment, slip.service_id, slip.on_day)
    track = history.timeline.track_on(slot.behavior, slip.on_day) if slot.behavior else None
    new = visit_of(slot, track, Said(ATTENDED), now=now)
    visit: WrittenVisit | None = None
    if new is not None:
        others = _of_other_slots(session, slot)
        missed = next((one for one in visits_of_day(enrollment, new) if one.is_absence and one.id not in others), None)
        if missed is not None:
            raise AbsenceRecorded(day=slip.on_day, visit_id=missed.id)
        # The track pays one visit a day. Where another slot of that day has it, the meeting is noted and pays nothing.
        with suppress(SameVisit):
            visit = take_visit(
                session, enrollment, new, others | _of_other_slips(session, history.id), actor=actor, now=now
            )
    write_slot_note(
        session,
        slot,
        history.site_id,
        ATTENDED,
        actor=actor,
        now=now,
        visit_id=visit.id if visit else None,
    )
    return visit


def _of_other_slips(session: Session, enrollment_id: int) -> set[int]:
    """Return the visits that other slips of the enrollment pay."""
    rows = session.execute(
        select(SlipDecision.visit_id)
        .join(MeetingSlip, MeetingSlip.id == SlipDecision.slip_id)
        .where(MeetingSlip.enrollment_id == enrollment_id, SlipDecision.visit_id.is_not(None))
    )
    return {visit_id for (visit_id,) in rows if visit_id is not None}


def _of_other_slots(session: Session, slot: Slot) -> set[int]:
    """Return the visits that were recorded with other slots of the client on that day."""
    rows = session.execute(
        select(SlotNote.visit_id).where(
            SlotNote.enrollment_id == slot.enrollment_id,
            SlotNote.on_day == slot.on_day,
            SlotNote.service_id != slot.service_id,
            SlotNote.visit_id.is_not(None),
        )
    )
    return {visit_id for (visit_id,) in rows if visit_id is not None}
