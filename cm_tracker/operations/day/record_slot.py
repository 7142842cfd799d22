"""Staff record what became of a slot: all negative, attended, excused, or did not come."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.recording import Said
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SlotNote
from cm_tracker.operations.steps.lock_slot import lock_slot
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_outcome import decide_outcome, write_outcome
from cm_tracker.operations.steps.write_slot_note import check_seen
from cm_tracker.queries.visits.panels import panels_in_use


@one_transaction
def record_slot(
    session: Session,
    *,
    enrollment_id: int,
    service_id: int,
    on_day: date,
    way: str,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    excuse: str | None = None,
    note: str | None = None,
    seen: int | None = None,
    shown: str | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Record a slot in one of `recording.WAYS`, and pay what it earns. Return the visit's id, or None for a note alone.

    `seen` is the newest note that the page showed: where there is another one by now, raise `ChangedMeanwhile`. Raise
    what `decide_outcome` raises.
    """
    said = Said(way, arrived_at, left_at, excuse, note)
    content = [enrollment_id, service_id, on_day.isoformat(), *said.content]
    request = IdempotentRequest(key, "record_slot", content, actor, now)
    locked = lock_slot(session, enrollment_id, service_id, on_day, "visit:record", actor, request)

    def write() -> int:
        check_seen(session, locked.slot, seen)
        panels = panels_in_use(session, locked.enrollment.history.site_id, on_day) if locked.slot.is_test else ()
        decided = decide_outcome(locked, said, panel=next(iter(panels), None), shown=shown, actor=actor, now=now)
        written = write_outcome(session, locked, decided, actor=actor, now=now)
        seal_records(session, written.records)
        return written.note_id

    note_id = request.run(session, write)
    return session.execute(select(SlotNote.visit_id).where(SlotNote.id == note_id)).scalar_one()
