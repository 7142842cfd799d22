"""Write a new visit of an enrollment and pay what it earns. The caller seals."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotWhatWasShown
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import preview
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.check_collection import check_collection
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.settle_enrollment import settle_enrollment
from cm_tracker.operations.steps.write_visit import write_visit


class WrittenVisit(NamedTuple):
    """A visit that was written: its id, and the records that wait to be sealed."""

    id: int
    records: tuple[Record, ...]


def write_new_visit(
    session: Session,
    enrollment: LockedEnrollment,
    visit: NewVisit,
    *,
    actor: Actor,
    now: datetime,
    shown: str | None = None,
) -> WrittenVisit:
    """Write a visit of a locked enrollment with its results, settle the enrollment, and note it in the audit trail.

    Raise what `check_collection` and `propose_visit` raise. `shown` is the fingerprint of the changes that the page
    showed for a late entry; where they are others by now, raise `NotWhatWasShown`.
    """
    history = enrollment.history
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
    return WrittenVisit(visit_id, (written, *settlement.records))
