"""Write one record of an event of an enrollment, and pay what follows from it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotWhatWasShown, ReasonMissing
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import ProposedEvent
from cm_tracker.domain.visits.event_changes import changes_of
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_after
from cm_tracker.operations.steps.write_drawn_days import write_drawn_days
from cm_tracker.operations.steps.write_visit import write_visit


def write_event(
    session: Session,
    enrollment: LockedEnrollment,
    proposed: ProposedEvent,
    *,
    tag: str,
    note: str,
    shown: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Write a proposed event, void its absences, draw test days again, post the sum, and seal it. Return the event's id.

    `note` says why: without one, raise `ReasonMissing`. `shown` is the fingerprint of the changes that the page showed;
    where they are others by now, raise `NotWhatWasShown`.
    """
    history, event = enrollment.history, proposed.event
    if not note.strip():
        raise ReasonMissing(field="note")
    if changes_of(history, enrollment.ledger_state, proposed, now).fingerprint != shown:
        raise NotWhatWasShown
    digest = save_note(session, note)
    record = add_record(
        session,
        "enrollment_event",
        enrollment_id=history.id,
        site_id=history.site_id,
        kind=event.kind,
        from_day=event.from_day,
        to_day=event.to_day,
        reason=event.reason,
        schedule_version_id=event.schedule_version_id,
        replaces_id=event.newest_id or None,
        state=proposed.state,
        note_digest=digest,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    records: list[Record] = [record]
    for visit in proposed.voids:
        void = replace(visit, staff_id=actor.staff_id)
        records.append(write_visit(session, history, void, note_digest=digest, actor=actor, now=now))
    settlement = settle_after(
        session,
        enrollment,
        proposed.after,
        proposed.subjects,
        because=record.address,
        actor=actor,
        now=now,
        note_digest=digest,
    )
    first_day = max(event.from_day, history.day_of(now) + ONE_DAY)
    write_drawn_days(session, history.id, history.site_id, proposed.after.span, first_day)
    note_audit(
        session,
        tag,
        record.address,
        actor=actor,
        now=now,
        site_id=history.site_id,
        client_id=history.client_id,
        note_digest=digest,
        kind=event.kind,
        from_day=event.from_day.isoformat(),
        **({"to_day": event.to_day.isoformat()} if event.to_day is not None else {}),
        **({"reason": event.reason} if event.reason is not None else {}),
    )
    seal_records(session, [*records, *settlement.records])
    return event.id or record.id
