"""A lead chooses which source of money pays for an enrollment from a day on."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput, NotFound
from cm_tracker.domain.funding.sources import check_near, check_reason
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Enrollment
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_funding import write_funding


@one_transaction
def choose_source(
    session: Session,
    *,
    enrollment_id: int,
    source_id: int | None,
    from_on: date,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Set which source pays for an enrollment from a day on, or none with None, and return the entry's id.

    Earlier entries stay; what was awarded from that day on counts for the new source at once. Raise `BadInput` for a
    day before the enrollment, a closed source, and a reason that is too short.
    """
    row = session.execute(
        select(Enrollment.client_id, Enrollment.starts_on).where(Enrollment.id == enrollment_id)
    ).one_or_none()
    if row is None:
        raise NotFound(what="enrollment")
    client = lock_client(session, row.client_id, "funding:manage", actor)

    def write() -> int:
        refusals = AllRefusals()
        with refusals:
            check_reason(reason)
        with refusals:
            if from_on < row.starts_on:
                raise BadInput("The enrollment begins later. Choose its first day or a later one.", "from_on")
            check_near(from_on, row.starts_on)
        refusals.raise_any()
        return write_funding(
            session,
            client,
            enrollment_id,
            source_id,
            from_on,
            note_digest=save_note(session, reason),
            actor=actor,
            now=now,
        )

    content = [enrollment_id, source_id, from_on.isoformat(), reason]
    return run_once(session, key, "choose_source", content, actor, now, write)
