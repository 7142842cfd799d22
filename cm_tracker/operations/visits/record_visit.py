"""A visit becomes points: record the evidence, replay the enrollment, pay the difference."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotWhatWasShown
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, content_of
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_enrollment
from cm_tracker.operations.steps.write_visit import write_visit
from cm_tracker.queries.visits.corrections import preview, proposed


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
    """Record a visit once, and pay what it earns. Answers the visit's id.

    Refuses the same visit or specimen twice (the error names the first), a day before the
    enrollment, after the schedule or in the future, and evidence that does not fit the track.
    `shown` is the fingerprint of the changes that the page showed for a late entry; other changes by
    now are `NotWhatWasShown`.
    """
    once = IdempotentRequest(key, "record_visit", [enrollment_id, content_of(visit)], actor, now)
    enrollment, ledger_state = lock_enrollment(session, enrollment_id, "visit:record", actor, once)

    def write() -> int:
        new = proposed(enrollment, visit, actor=actor, now=now)
        if shown is not None and preview(enrollment, ledger_state, new).fingerprint != shown:
            raise NotWhatWasShown
        record = write_visit(session, enrollment, new, note_digest=save_note(session, visit.note), actor=actor, now=now)
        replay, payments = settle_enrollment(session, enrollment, ledger_state, new, record, actor=actor, now=now)
        result = next(result for result in replay.results if result.ref == (new.id or record.id))
        note_audit(
            session,
            "visit:recorded",
            record.address,
            actor=actor,
            now=now,
            site_id=enrollment.site_id,
            client_id=enrollment.client_id,
            paid=result.paid,
            unit=result.unit,
        )
        seal_records(session, [record, *payments])
        return new.id or record.id

    return once.answer(session, write)
