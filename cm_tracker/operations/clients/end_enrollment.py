"""End an enrollment: completed, moved, left, discharged, died, or entered by mistake."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import propose_end
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_event import write_event


@one_transaction
def end_enrollment(
    session: Session,
    *,
    enrollment_id: int,
    last_day: date,
    reason: str,
    note: str,
    shown: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """End an enrollment after its `last_day`. Return the event's id.

    `reason` is one of `END_REASONS`; `note` says it in words. What was earned stays. An enrollment that was entered by
    mistake must have no visit that counts, and leaves the client's page. `shown` is the fingerprint of the changes that
    the page showed. Raise what `propose_end` and `write_event` raise.
    """
    content = [enrollment_id, last_day.isoformat(), reason, note]
    request = IdempotentRequest(key, "end_enrollment", content, actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "client:enroll", actor, request)

    def write() -> int:
        proposed = propose_end(enrollment.history, last_day, reason, now)
        return write_event(
            session, enrollment, proposed, tag="enrollment:ended", note=note, shown=shown, actor=actor, now=now
        )

    return request.run(session, write)
