"""Pause an enrollment: hospital, jail, residential care."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import propose_pause
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_event import write_event


@one_transaction
def pause_enrollment(
    session: Session,
    *,
    enrollment_id: int,
    first_day: date,
    last_day: date | None,
    note: str,
    shown: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Pause an enrollment from a day on, until `last_day` or until it is resumed. Return the event's id.

    The days of the pause do not count for the program week, and the ladder stays where it is. Absences that were
    recorded on them are voided. `shown` is the fingerprint of the changes that the page showed. Raise what
    `propose_pause` and `write_event` raise.
    """
    content = [enrollment_id, first_day.isoformat(), str(last_day), note]
    request = IdempotentRequest(key, "pause_enrollment", content, actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "client:enroll", actor, request)

    def write() -> int:
        proposed = propose_pause(enrollment.history, first_day, last_day, now)
        return write_event(
            session, enrollment, proposed, tag="enrollment:paused", note=note, shown=shown, actor=actor, now=now
        )

    return request.run(session, write)
