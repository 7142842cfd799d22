"""Resume an enrollment that is paused."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import propose_resumption
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_event import write_event


@one_transaction
def resume_enrollment(
    session: Session,
    *,
    enrollment_id: int,
    first_day_back: date,
    note: str,
    shown: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """End the pause that goes on: `first_day_back` is the first day that counts again. Return the event's id.

    `shown` is the fingerprint of the changes that the page showed. Raise what `propose_resumption` and `write_event`
    raise.
    """
    content = [enrollment_id, first_day_back.isoformat(), note]
    request = IdempotentRequest(key, "resume_enrollment", content, actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "client:enroll", actor, request)

    def write() -> int:
        proposed = propose_resumption(enrollment.history, first_day_back, now)
        return write_event(
            session, enrollment, proposed, tag="enrollment:resumed", note=note, shown=shown, actor=actor, now=now
        )

    return request.run(session, write)
