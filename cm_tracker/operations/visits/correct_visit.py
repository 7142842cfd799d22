"""Put a recorded visit right: a new record takes the old one's place, and the difference is posted."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotWhatWasShown
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import PERMISSIONS
from cm_tracker.domain.visits.evidence import NewVisit, content_of
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_enrollment
from cm_tracker.operations.steps.write_visit import write_visit
from cm_tracker.queries.clients.enrollments import enrollment_of
from cm_tracker.queries.visits.corrections import corrected, paid_by_undone_record, preview


@one_transaction
def correct_visit(
    session: Session,
    *,
    visit_id: int,
    way: str,
    visit: NewVisit | None,
    reason: str,
    shown: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Correct, answer, excuse, void or undo a visit (`way`, see `domain.corrections`). Answers its id.

    `visit` says what is right; a void and an undo have none. The first record stays beside the new
    one. What is owed is paid at once; an overpayment is the program's unless the schedule takes it
    back. A slip that is undone within its 15 minutes takes back what it paid itself; where that is
    spent, it is `PointsSpent`. `shown` is the fingerprint of the changes that the page showed; other
    changes by now are `NotWhatWasShown`, and nothing is written.
    """
    enrollment_id = enrollment_of(session, visit_id)
    once = IdempotentRequest(
        key, "correct_visit", [visit_id, way, content_of(visit) if visit else None, reason], actor, now
    )
    enrollment, ledger_state = lock_enrollment(session, enrollment_id, PERMISSIONS[way], actor, once)

    def write() -> int:
        if not reason.strip():
            raise BadInput("Say why, so that everybody can understand it later.", "reason")
        new = corrected(session, enrollment, visit_id, way, visit, actor=actor, now=now)
        undoes = paid_by_undone_record(session, enrollment, new, way)
        found = preview(enrollment, ledger_state, new, undoes=undoes)
        if found.fingerprint != shown:
            raise NotWhatWasShown
        digest = save_note(session, reason)
        record = write_visit(session, enrollment, new, note_digest=digest, actor=actor, now=now)
        _, payments = settle_enrollment(
            session, enrollment, ledger_state, new, record, actor=actor, now=now, note_digest=digest, undoes=undoes
        )
        note_audit(
            session,
            "visit:corrected",
            record.address,
            actor=actor,
            now=now,
            site_id=enrollment.site_id,
            client_id=enrollment.client_id,
            note_digest=digest,
            how=new.correction,
            **{f"{unit}_to_client": found.to_client(unit) for unit in found.units if found.to_client(unit)},
            **{f"{unit}_to_program": found.to_program(unit) for unit in found.units if found.to_program(unit)},
        )
        seal_records(session, [record, *payments])
        return new.id

    return once.answer(session, write)
