"""A visit becomes points: record the evidence, replay the enrollment, pay the difference."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, content_of
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_new_visit import write_new_visit


@one_transaction
def record_visit(
    session: Session,
    *,
    enrollment_id: int,
    visit: NewVisit,
    key: str,
    actor: Actor,
    now: datetime,
    shown: str | None = None,
) -> int:
    """Record a visit once, and pay what it earns. Return the visit's id.

    Raise `SameVisit` or `SameSpecimen` for what is recorded already (the error names the first one), and what
    `check_collection` and `propose_visit` raise for a panel, a day, a time or evidence that does not fit. `shown` is
    the fingerprint of the changes that the page showed for a late entry; where they are others by now, raise
    `NotWhatWasShown`.
    """
    request = IdempotentRequest(key, "record_visit", [enrollment_id, content_of(visit)], actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "visit:record", actor, request)

    def write() -> int:
        written = write_new_visit(session, enrollment, visit, actor=actor, now=now, shown=shown)
        seal_records(session, written.records)
        return written.id

    return request.run(session, write)
