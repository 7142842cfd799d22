"""Enroll a client in a published version of a schedule."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_enrollment import add_enrollment
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_funding import write_funding


@one_transaction
def enroll_client(
    session: Session,
    *,
    client_id: int,
    schedule_version_id: int,
    starts_on: date,
    source_id: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Enroll a client from the day `starts_on` on, paid by a source of money if one is named. Return the enrollment's id.

    A client has one enrollment at a time: raise `AlreadyEnrolled` where the weeks of another one overlap.
    """
    client = lock_client(session, client_id, "client:enroll", actor)

    def write() -> int:
        record = add_enrollment(
            session, client, schedule_version_id=schedule_version_id, starts_on=starts_on, actor=actor, now=now
        )
        if source_id is not None:
            write_funding(session, client, record.id, source_id, starts_on, note_digest=None, actor=actor, now=now)
        seal_records(session, [record])
        return record.id

    content = [client_id, schedule_version_id, starts_on.isoformat(), source_id]
    return run_once(session, key, "enroll_client", content, actor, now, write)
