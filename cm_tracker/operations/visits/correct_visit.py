"""Correct a visit: a new record takes the place of the newest one, and the difference is posted."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotWhatWasShown, ReasonMissing
from cm_tracker.domain.staff.duties import ENTRY
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import CORRECT, PERMISSIONS, SPECIMEN, UNDO, VOID, is_own_entry
from cm_tracker.domain.visits.evidence import NewVisit, content_of
from cm_tracker.domain.visits.proposals import correction_target, propose_correction
from cm_tracker.domain.visits.settling import preview
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit, note_combined
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_enrollment
from cm_tracker.operations.steps.write_visit import write_visit
from cm_tracker.queries.clients.enrollments import enrollment_of
from cm_tracker.queries.visits.corrections import undone_record


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
    """Correct, answer, excuse, void or undo a visit (`way`, see `domain.visits.corrections`). Return the visit's id.

    `visit` says what is right; a void and an undo have none. Another specimen of the visit needs no reason. The first
    record stays beside the new one. What is owed is paid at once; an overpayment is the program's unless the schedule
    takes it back. An undo moves back what was posted for its own record; of records that were saved together, the others
    keep what they earn alone. Raise `BookedSince` where something else was booked for the client since, and `PointsSpent`
    where the points are spent. `shown` is the fingerprint of the changes that the page showed; where they are others by
    now, raise `NotWhatWasShown` and write nothing.
    """
    enrollment_id = enrollment_of(session, visit_id)
    content = [visit_id, way, content_of(visit) if visit else None, reason]
    request = IdempotentRequest(key, "correct_visit", content, actor, now)
    enrollment = lock_enrollment(session, enrollment_id, PERMISSIONS[way], actor, request)
    history = enrollment.history

    def write() -> int:
        if way != SPECIMEN and not reason.strip():
            raise ReasonMissing(field="reason")
        is_own = way in (CORRECT, VOID) and is_own_entry(correction_target(history, history.visit(visit_id)), actor)
        undone = undone_record(session, history, history.visit(visit_id)) if way == UNDO else None
        new = propose_correction(
            history, visit_id, way, visit, actor=actor, now=now, is_newest=undone is None or undone.is_newest
        )
        undoes = undone.undoes if undone is not None else None
        changes = preview(history, enrollment.ledger_state, new, undoes=undoes)
        if changes.fingerprint != shown:
            raise NotWhatWasShown
        digest = save_note(session, reason)
        written = write_visit(session, history, new, note_digest=digest, actor=actor, now=now)
        settlement = settle_enrollment(
            session, enrollment, new, written, actor=actor, now=now, note_digest=digest, undoes=undoes
        )
        note_audit(
            session,
            "visit:corrected",
            written.address,
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            note_digest=digest,
            how=new.correction,
            **({"what": "hours"} if new.hours is not None else {}),
            **{f"{unit}_to_client": changes.to_client(unit) for unit in changes.units if changes.to_client(unit)},
            **{f"{unit}_to_program": changes.to_program(unit) for unit in changes.units if changes.to_program(unit)},
        )
        if is_own:
            note_combined(session, ENTRY, written.address, actor=actor, now=now, site_id=history.site_id)
        seal_records(session, [written, *settlement.records])
        return new.id

    return request.run(session, write)
