"""Staff decide about a slip that was handed in: they accept it, or they do not and say why."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.goals.slips import check_decision
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import MeetingSlip, SlipDecision
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_slip_decision import SlipOfMeeting, write_slip_decision


@one_transaction
def decide_slip(
    session: Session, *, slip_id: int, decision: str, reason: str = "", key: str, actor: Actor, now: datetime
) -> int | None:
    """Accept or decline a slip. Return the id of the visit that an accepted one pays, or None where nothing is paid.

    Raise `NotFound` for a slip of another site, and what `check_decision` and `write_slip_decision` raise.
    """
    row = session.execute(
        select(MeetingSlip.enrollment_id, MeetingSlip.service_id, MeetingSlip.on_day).where(MeetingSlip.id == slip_id)
    ).one_or_none()
    if row is None:
        raise NotFound(what="slip")
    request = IdempotentRequest(key, "decide_slip", [slip_id, decision, reason], actor, now)
    enrollment = lock_enrollment(session, row.enrollment_id, "slip:decide", actor, request)

    def write() -> int:
        decided = select(SlipDecision.decision).where(SlipDecision.slip_id == slip_id)
        check_decision(decision, reason, session.execute(decided).scalar_one_or_none())
        slip = SlipOfMeeting(slip_id, row.service_id, row.on_day)
        return write_slip_decision(session, enrollment, slip, decision, reason, actor=actor, now=now)

    decision_id = request.run(session, write)
    return session.execute(select(SlipDecision.visit_id).where(SlipDecision.id == decision_id)).scalar_one()
