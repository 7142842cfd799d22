"""Staff record what became of a slot: all negative, attended, excused, or did not come."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.recording import ALL_NEGATIVE, check_way, minutes_between, visit_of
from cm_tracker.domain.day.states import ATTENDED
from cm_tracker.domain.errors import BadInput, MostWerePaid, NothingMissed, SameVisit
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Presence
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import preview
from cm_tracker.models import SlotNote
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.lock_slot import lock_slot
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_new_visit import write_new_visit
from cm_tracker.operations.steps.write_slot_note import check_seen, write_slot_note
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
    key: str,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Record a slot in one of `recording.WAYS`, and pay what it earns. Return the visit's id, or None for a note alone.

    A slot that counts for no track is only noted, and so is one for which nothing more can be recorded on its day: the
    week's paid visits are complete, or the day has its visit. `seen` is the newest note that the page showed: where there
    is another one by now, raise `ChangedMeanwhile`. Raise `BadInput` for a late entry that would change other visits,
    and what `check_way`, `visit_of` and `propose_visit` raise.
    """
    times = [str(arrived_at), str(left_at)]
    content = [enrollment_id, service_id, on_day.isoformat(), way, *times, excuse, note]
    request = IdempotentRequest(key, "record_slot", content, actor, now)
    slot, enrollment = lock_slot(session, enrollment_id, service_id, on_day, "visit:record", actor, request)
    history = enrollment.history

    def write() -> int:
        track = history.timeline.track_on(slot.behavior, on_day) if slot.behavior else None
        check_seen(session, slot, seen)
        check_way(slot, track, way, history.day_of(now))
        minutes = minutes_between(slot, arrived_at, left_at) if way == ATTENDED else None
        panel = next(iter(panels_in_use(session, history.site_id, on_day)), None) if slot.is_test else None
        visit = visit_of(
            slot, track, way, now=now, arrived_at=arrived_at, minutes=minutes, excuse=excuse, note=note, panel=panel
        )
        is_possible = visit is not None and _is_possible(enrollment, visit, actor, now)
        written = write_new_visit(session, enrollment, visit, actor=actor, now=now) if visit and is_possible else None
        noted = write_slot_note(
            session,
            slot,
            history.site_id,
            _status_of(way),
            actor=actor,
            now=now,
            at=arrived_at,
            minutes=minutes,
            excuse=excuse,
            visit_id=written.id if written else None,
        )
        if written is not None:
            seal_records(session, written.records)
        else:
            note_audit(
                session,
                "slot:noted",
                f"enrollment:{enrollment_id}",
                actor=actor,
                now=now,
                site_id=history.site_id,
                client_id=history.client_id,
                status=noted.status,
                on_day=on_day.isoformat(),
            )
        return noted.id

    note_id = request.run(session, write)
    return session.execute(select(SlotNote.visit_id).where(SlotNote.id == note_id)).scalar_one()


def _status_of(way: str) -> str:
    return ATTENDED if way == ALL_NEGATIVE else way


def _is_possible(enrollment: LockedEnrollment, visit: NewVisit, actor: Actor, now: datetime) -> bool:
    """Return whether a visit can be recorded, or whether nothing more is to be recorded on its day.

    Raise `BadInput` for one that would change what other visits earn, and what else stands against it.
    """
    try:
        new = propose_visit(enrollment.history, visit, actor=actor, now=now)
    except (NothingMissed, MostWerePaid):
        return False
    except SameVisit:
        if isinstance(visit.evidence, Absence | Presence):
            return False
        raise
    if preview(enrollment.history, enrollment.ledger_state, new).others(new.id):
        raise BadInput("This is entered late and changes later visits. Enter it on the client's page, which shows how.")
    return True
