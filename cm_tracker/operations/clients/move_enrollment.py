"""Move an enrollment to another published version of a schedule, from a day on."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import propose_move
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_event import write_event
from cm_tracker.queries.schedules.documents import usable_schedule


@one_transaction
def move_enrollment(
    session: Session,
    *,
    enrollment_id: int,
    schedule_version_id: int,
    from_day: date,
    note: str,
    shown: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Let another version hold for an enrollment from `from_day` on. Return the event's id.

    Visits before that day keep being worked out by the version that held on their day. For a behavior that both have,
    level, run and what is remembered go on. What visits from that day on are worth under the new version is settled at
    once. `shown` is the fingerprint of the changes that the page showed. Raise `NotFound` for a version that does not
    exist, `VersionNotYet` before its first day, and what `propose_move` and `write_event` raise.
    """
    content = [enrollment_id, schedule_version_id, from_day.isoformat(), note]
    request = IdempotentRequest(key, "move_enrollment", content, actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "enrollment:move", actor, request)

    def write() -> int:
        schedule = usable_schedule(session, schedule_version_id, enrollment.history.day_of(now))
        proposed = propose_move(enrollment.history, schedule_version_id, schedule, from_day, now)
        return write_event(
            session, enrollment, proposed, tag="enrollment:moved", note=note, shown=shown, actor=actor, now=now
        )

    return request.run(session, write)
