"""Staff say that they are calling a client who did not come, and what came of it."""

from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.calls import EXCUSED, check_call
from cm_tracker.domain.day.states import ABSENT
from cm_tracker.domain.errors import BadInput, ChangedMeanwhile, NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import EXCUSES
from cm_tracker.models import CallRow
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_slot_note import write_slot_note
from cm_tracker.queries.day.expected import people_at
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.week import site_week


@one_transaction
def note_call(
    session: Session,
    *,
    enrollment_id: int,
    on_day: date,
    outcome: str,
    excuse: str | None = None,
    seen: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Note a call to a client who did not come on a day, and return the note's id.

    `outcome` is one of `calls.OUTCOMES`. An excuse is noted with its reason for every slot of the day whose absence is a
    note alone; an absence that is a visit stays, and is corrected on its own page. `seen` is the newest call that the
    page showed: where there is another one by now, raise `ChangedMeanwhile`. Raise `NotAllowed` for an excuse from who
    records no visits, such as the front desk, and what `check_call` raises.
    """
    content = [enrollment_id, on_day.isoformat(), outcome, excuse]
    request = IdempotentRequest(key, "note_call", content, actor, now)
    history = lock_enrollment(session, enrollment_id, "day:note", actor, request).history

    if outcome == EXCUSED and not actor.may("visit:record", history.site_id):
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        newest = session.execute(
            select(func.max(CallRow.id)).where(CallRow.enrollment_id == enrollment_id, CallRow.on_day == on_day)
        ).scalar_one()
        if seen is not None and (newest or 0) != seen:
            raise ChangedMeanwhile
        people = people_at(session, history.site_id, on_day, only=[enrollment_id])
        week = site_week(session, history.site_id)
        known = visits_of_people(session, week, people, on_day, on_day, now)
        visits = [one for line in known for one in line.visits]
        check_call(outcome, on_day, history.day_of(now), frozenset(one.state for one in visits), excuse)
        if excuse is not None and excuse not in EXCUSES:
            raise BadInput("Choose the reason for the excuse.", "excuse")
        for one in visits:
            if outcome == EXCUSED and one.state == ABSENT and one.visit is None:
                write_slot_note(session, one.slot, history.site_id, EXCUSED, actor=actor, now=now, excuse=excuse)
        call_id = session.execute(
            insert(CallRow)
            .values(
                site_id=history.site_id,
                enrollment_id=enrollment_id,
                on_day=on_day,
                outcome=outcome,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(CallRow.id)
        ).scalar_one()
        note_audit(
            session,
            "call:noted",
            f"enrollment:{enrollment_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            outcome=outcome,
            on_day=on_day.isoformat(),
        )
        return call_id

    return request.run(session, write)
