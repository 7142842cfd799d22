"""Staff take a slip of a community meeting, and perhaps decide about it at once."""

from datetime import date, datetime, time

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.goals.slips import ACCEPTED, check_decision, check_service, check_slip
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import MeetingSlip, ServiceRow, SlipDecision
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.meeting_slot import meeting_slot
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_slip_decision import SlipOfMeeting, write_slip_decision


@one_transaction
def hand_in_slip(
    session: Session,
    *,
    enrollment_id: int,
    service_id: int,
    on_day: date,
    time_of_day: time,
    meeting: str,
    signer: str,
    decision: str | None = None,
    reason: str = "",
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Take a slip and return its id. With a `decision`, it is accepted or declined in the same transaction.

    `meeting` says which meeting it was and `signer` who signed, as the slip has it. Raise what `check_slip`,
    `check_service`, `meeting_slot`, `check_decision` and `write_slip_decision` raise.
    """
    content = [enrollment_id, service_id, on_day.isoformat(), str(time_of_day), meeting, signer, decision, reason]
    request = IdempotentRequest(key, "hand_in_slip", content, actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "slip:decide", actor, request)
    history = enrollment.history

    def write() -> int:
        is_known = _is_known(session, enrollment_id, service_id, on_day)
        check_slip(on_day, history.day_of(now), meeting, signer, is_known=is_known)
        service = select(ServiceRow.kind).where(ServiceRow.id == service_id, ServiceRow.site_id == history.site_id)
        check_service(session.execute(service).scalar_one_or_none())
        meeting_slot(session, enrollment, service_id, on_day)
        if decision is not None:
            check_decision(decision, reason, None)
        slip_id: int = session.execute(
            insert(MeetingSlip)
            .values(
                enrollment_id=enrollment_id,
                site_id=history.site_id,
                service_id=service_id,
                on_day=on_day,
                time_of_day=time_of_day,
                meeting_digest=save_note(session, meeting),
                signer_digest=save_note(session, signer),
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(MeetingSlip.id)
        ).scalar_one()
        note_audit(
            session,
            "slip:handed-in",
            f"meeting_slip:{slip_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            on_day=on_day.isoformat(),
        )
        if decision is not None:
            slip = SlipOfMeeting(slip_id, service_id, on_day)
            write_slip_decision(session, enrollment, slip, decision, reason, actor=actor, now=now)
        return slip_id

    return request.run(session, write)


def _is_known(session: Session, enrollment_id: int, service_id: int, on_day: date) -> bool:
    """Return whether there is a slip of a meeting that waits or was accepted."""
    there = (
        select(MeetingSlip.id)
        .outerjoin(SlipDecision, SlipDecision.slip_id == MeetingSlip.id)
        .where(
            MeetingSlip.enrollment_id == enrollment_id,
            MeetingSlip.service_id == service_id,
            MeetingSlip.on_day == on_day,
            SlipDecision.id.is_(None) | (SlipDecision.decision == ACCEPTED),
        )
        .limit(1)
    )
    return session.execute(there).first() is not None
