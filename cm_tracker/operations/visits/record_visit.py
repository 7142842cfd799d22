"""A visit becomes points: record the evidence, replay the enrollment, pay the difference."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, Test, content_of
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
    permission = "test:record" if isinstance(visit.evidence, Test) else "visit:record"
    enrollment = lock_enrollment(session, enrollment_id, permission, actor, request)
    history = enrollment.history

    def write() -> int:
        if not actor.may("visit:record", history.site_id) and visit.happened_on != day_at(now, history.time_zone):
            raise BadInput("You enter tests of today. Ask a coordinator to enter one of another day.", "happened_on")
        written = write_new_visit(session, enrollment, visit, actor=actor, now=now, shown=shown)
        seal_records(session, written.records)
        return written.id

    return request.run(session, write)
