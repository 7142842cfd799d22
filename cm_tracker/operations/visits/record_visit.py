"""A visit becomes points: record the evidence, replay the enrollment, pay the difference."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotWhatWasShown
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, content_of
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import preview
from cm_tracker.operations.steps.check_collection import check_collection
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_enrollment
from cm_tracker.operations.steps.write_visit import write_visit


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
    history = enrollment.history

    def write() -> int:
        track = history.timeline.track_on(visit.behavior, visit.happened_on)
        seen = check_collection(session, history.site_id, track, visit, actor)
        new = propose_visit(history, seen, actor=actor, now=now)
        if shown is not None and preview(history, enrollment.ledger_state, new).fingerprint != shown:
            raise NotWhatWasShown
        written = write_visit(session, history, new, note_digest=save_note(session, visit.note), actor=actor, now=now)
        visit_id = new.id or written.id
        settlement = settle_enrollment(session, enrollment, new, written, actor=actor, now=now)
        result = next(result for result in settlement.replay.results if result.ref == visit_id)
        note_audit(
            session,
            "visit:recorded",
            written.address,
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            note_digest=None,
            paid=result.paid,
            unit=result.unit,
            **({"what": "hours"} if new.hours is not None else {}),
        )
        seal_records(session, [written, *settlement.records])
        return visit_id

    return request.run(session, write)
