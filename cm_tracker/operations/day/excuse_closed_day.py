"""Staff record that a client who was expected on a closed day is excused by the program."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.closing import waits_for_excuse
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import EXCUSED
from cm_tracker.domain.errors import BadInput, InTheFuture, MostWerePaid, NothingMissed, SameVisit
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import Absence, NewVisit
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment, lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_visits
from cm_tracker.operations.steps.write_slot_note import write_slot_note
from cm_tracker.operations.steps.write_visit import write_visit
from cm_tracker.queries.day.expected import people_at
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.week import site_week

CLINIC_CLOSED = "clinic_closed"


@one_transaction
def excuse_closed_day(
    session: Session, *, enrollment_id: int, on_day: date, key: str, actor: Actor, now: datetime
) -> int:
    """Record an excused visit for every slot of a client on a closed day that counts for a track.

    Return how many slots were excused; run again, it is none. The name of the closure is the reason. A slot for which
    nothing more can be recorded (its week's paid visits are complete, or it has a visit) is noted as excused alone, and
    so is one of which an absence was noted without a visit. Raise `BadInput` for a day on which the site is open, and
    `InTheFuture` for a day to come.
    """
    request = IdempotentRequest(key, "excuse_closed_day", [enrollment_id, on_day.isoformat()], actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "day:close", actor, request)
    history = enrollment.history

    def write() -> int:
        week = site_week(session, history.site_id)
        closure = week.calendar.closure_on(on_day)
        if on_day > history.day_of(now):
            raise InTheFuture(day=on_day)
        if closure is None:
            raise BadInput("The site was open on %(day)s. Nobody is excused by the program.", day=on_day)
        people = people_at(session, history.site_id, on_day, only=[enrollment_id])
        known = visits_of_people(session, week, people, on_day, on_day, now)
        slots = [one.slot for line in known for one in line.visits if waits_for_excuse(one)]
        records = _excuse(session, enrollment, slots, closure.name, actor, now)
        if slots:
            note_audit(
                session,
                "slot:noted",
                f"enrollment:{enrollment_id}",
                actor=actor,
                now=now,
                site_id=history.site_id,
                client_id=history.client_id,
                status=EXCUSED,
                on_day=on_day.isoformat(),
            )
        seal_records(session, records)
        return len(slots)

    return request.run(session, write)


def _excuse(
    session: Session, enrollment: LockedEnrollment, slots: list[Slot], reason: str, actor: Actor, now: datetime
) -> list[Record]:
    """Write the excused visits and notes of some slots, and return the records to be sealed."""
    history = enrollment.history
    records: list[Record] = []
    written: list[CurrentVisit] = []
    for slot in slots:
        new = _proposed(history, slot, reason, actor, now)
        if new is not None:
            saved_with_id = records[0].id if records else None
            record = write_visit(
                session, history, new, note_digest=save_note(session, reason), actor=actor, now=now,
                saved_with_id=saved_with_id,
            )  # fmt: skip
            new = replace(new, id=new.id or record.id, newest_id=record.id, saved_with_id=saved_with_id)
            records.append(record)
            written.append(new)
            history = history.with_visits([new])
        write_slot_note(
            session, slot, history.site_id, EXCUSED, actor=actor, now=now, excuse=CLINIC_CLOSED,
            visit_id=new.id if new is not None else None,
        )  # fmt: skip
    if not records:
        return []
    settlement = settle_visits(session, enrollment, written, because=records[0].address, actor=actor, now=now)
    for record in records:
        note_audit(
            session,
            "visit:recorded",
            record.address,
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            paid=0,
            unit="points",
        )
    return [*records, *settlement.records]


def _proposed(history: EnrollmentHistory, slot: Slot, reason: str, actor: Actor, now: datetime) -> CurrentVisit | None:
    if slot.behavior is None:
        return None
    visit = NewVisit(slot.behavior, slot.on_day, Absence(CLINIC_CLOSED), note=reason)
    try:
        return propose_visit(history, visit, actor=actor, now=now)
    except (NothingMissed, MostWerePaid, SameVisit):
        return None
