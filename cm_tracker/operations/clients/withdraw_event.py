"""Withdraw an end, a pause or a move that was entered by mistake."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.events import END
from cm_tracker.domain.errors import AlreadyEnrolled
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import propose_withdrawal
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_event import write_event
from cm_tracker.queries.clients.spans import spans_of


@one_transaction
def withdraw_event(
    session: Session, *, enrollment_id: int, event_id: int, note: str, shown: str, key: str, actor: Actor, now: datetime
) -> int:
    """Withdraw an event of an enrollment, as if it had never been entered. Return the event's id.

    What follows for visits is settled like any correction. Raise `NotFound` for an event that does not count,
    `AlreadyEnrolled` for an end after which the client was enrolled again, and what `write_event` raises.
    """
    request = IdempotentRequest(key, "withdraw_event", [enrollment_id, event_id, note], actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "enrollment:move", actor, request)

    def write() -> int:
        history = enrollment.history
        proposed = propose_withdrawal(history, event_id)
        if proposed.event.kind == END:
            for other in spans_of(session, [history.client_id]):
                if other.enrollment_id != history.id and other.starts_on >= history.starts_on:
                    raise AlreadyEnrolled(schedule=other.schedule_name(), ends_on=other.span.last_day)
        return write_event(
            session, enrollment, proposed, tag="event:withdrawn", note=note, shown=shown, actor=actor, now=now
        )

    return request.run(session, write)
