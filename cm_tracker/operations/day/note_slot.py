"""Staff note of a slot that the client has arrived, comes later, on another day or not at all, or take a note back."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.slots import slot_of
from cm_tracker.domain.day.states import ARRIVED, LATER, MOVED, NOT_COMING, OPEN
from cm_tracker.domain.errors import BadInput, InTheFuture
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import EXCUSES
from cm_tracker.operations.steps.lock_slot import lock_slot
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_slot_note import (
    audit_slot_note,
    check_may_note_over,
    check_seen,
    write_slot_note,
)
from cm_tracker.queries.day.expected import people_at
from cm_tracker.queries.day.week import site_week

FURTHEST = timedelta(days=14)
"""A slot is put off by so much at most."""


@one_transaction
def note_slot(
    session: Session,
    *,
    enrollment_id: int,
    service_id: int,
    on_day: date,
    status: str,
    at: datetime | None = None,
    to_day: date | None = None,
    excuse: str | None = None,
    seen: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Note something of a slot and return the note's id.

    `status` is arrived (`at` is when, now unless told), later (`at` is the new time of the same day), moved (`to_day` is
    the other day, on which the service meets), not_coming (`excuse` is the reason that the client gave, if any; whether
    it excuses them is decided by who records the slot), or open, which takes back an earlier note. `seen` is the newest
    note that the page showed: where there is another one by now, raise `ChangedMeanwhile`. Raise `BadInput` for a time,
    a day or a reason that cannot be.
    """
    content = [enrollment_id, service_id, on_day.isoformat(), status, str(at), str(to_day), excuse]
    request = IdempotentRequest(key, "note_slot", content, actor, now)
    slot, enrollment = lock_slot(session, enrollment_id, service_id, on_day, "day:note", actor, request)
    history = enrollment.history

    def write() -> int:
        check_seen(session, slot, seen)
        check_may_note_over(session, slot, actor)
        if status == ARRIVED and on_day > history.day_of(now):
            raise InTheFuture(day=on_day)
        if status == ARRIVED and history.day_of(at or now) != on_day:
            raise BadInput("%(day)s is over. Record what the client did on that day.", day=on_day)
        if status == LATER and (at is None or history.day_of(at) != on_day):
            raise BadInput("Give the time at which the client comes on that day.", "at")
        if status == NOT_COMING and excuse is not None and excuse not in EXCUSES:
            raise BadInput("Choose the reason from the list.", "excuse")
        if status == MOVED:
            _check_other_day(session, enrollment_id, service_id, on_day, to_day, history.site_id)
        noted_at = (at or now) if status == ARRIVED else at if status == LATER else None
        note = write_slot_note(
            session,
            slot,
            history.site_id,
            status,
            actor=actor,
            now=now,
            at=noted_at,
            to_day=to_day if status == MOVED else None,
            excuse=excuse if status == NOT_COMING else None,
        )
        audit_slot_note(session, slot, history, status, actor=actor, now=now)
        return note.id

    if status not in (ARRIVED, LATER, MOVED, NOT_COMING, OPEN):
        raise BadInput("Say what happened.")
    return request.run(session, write)


def _check_other_day(
    session: Session, enrollment_id: int, service_id: int, on_day: date, to_day: date | None, site_id: int
) -> None:
    if to_day is None or not on_day < to_day <= on_day + FURTHEST:
        raise BadInput("Choose a day within the next two weeks.", "to_day")
    people = people_at(session, site_id, to_day, only=[enrollment_id])
    if not people or slot_of(site_week(session, site_id), people[0].planned, service_id, to_day) is None:
        raise BadInput("The service does not meet on that day. Choose another one.", "to_day")
