"""The slips of community meetings that an enrollment has, with what staff decided about each."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.models import MeetingSlip, Note, ServiceRow, SlipDecision, Staff

MOST_SLIPS = 100
"""So many slips of an enrollment a page lists."""


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A slip of a community meeting, and what staff decided about it: `decision` is None while it waits.

    `meeting`, `signer` and `reason` are None where they were erased.
    """

    id: int
    enrollment_id: int
    service_id: int
    service_name: str
    on_day: date
    time_of_day: time
    meeting: str | None
    signer: str | None
    recorded_at: datetime
    staff_name: str | None
    decision: str | None
    reason: str | None
    visit_id: int | None
    decided_at: datetime | None
    decided_by: str | None


def slips_of(session: Session, enrollment_id: int, only: int | None = None) -> tuple[SlipLine, ...]:
    """Return the newest slips of an enrollment, by the days of their meetings. `only` is one slip.

    The caller checks whether the actor may see the enrollment.
    """
    meeting, signer, reason = aliased(Note), aliased(Note), aliased(Note)
    taker, decider = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(
            MeetingSlip.id,
            MeetingSlip.service_id,
            ServiceRow.name,
            MeetingSlip.on_day,
            MeetingSlip.time_of_day,
            meeting.text.label("meeting"),
            signer.text.label("signer"),
            MeetingSlip.recorded_at,
            taker.display_name.label("taken_by"),
            SlipDecision.decision,
            reason.text.label("reason"),
            SlipDecision.visit_id,
            SlipDecision.recorded_at.label("decided_at"),
            decider.display_name.label("decided_by"),
        )
        .join(ServiceRow, ServiceRow.id == MeetingSlip.service_id)
        .outerjoin(SlipDecision, SlipDecision.slip_id == MeetingSlip.id)
        .outerjoin(meeting, meeting.digest == MeetingSlip.meeting_digest)
        .outerjoin(signer, signer.digest == MeetingSlip.signer_digest)
        .outerjoin(reason, reason.digest == SlipDecision.note_digest)
        .outerjoin(taker, taker.id == MeetingSlip.staff_id)
        .outerjoin(decider, decider.id == SlipDecision.staff_id)
        .where(MeetingSlip.enrollment_id == enrollment_id, *([MeetingSlip.id == only] if only is not None else []))
        .order_by(MeetingSlip.on_day.desc(), MeetingSlip.id.desc())
        .limit(MOST_SLIPS)
    )
    return tuple(
        SlipLine(
            row.id, enrollment_id, row.service_id, row.name, row.on_day, row.time_of_day, row.meeting, row.signer,
            row.recorded_at, row.taken_by, row.decision, row.reason, row.visit_id, row.decided_at, row.decided_by,
        )
        for row in rows
    )  # fmt: skip
