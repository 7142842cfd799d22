"""Write which source of money pays for an enrollment from a day on."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import EnrollmentFunding
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.funding.sources import open_sources
from cm_tracker.queries.staff.sites import time_zone_of


def write_funding(
    session: Session,
    client: LockedClient,
    enrollment_id: int,
    source_id: int | None,
    from_on: date,
    *,
    note_digest: bytes | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Add an entry about who pays for an enrollment of a locked client, and return its id; None is no source.

    Raise `BadInput` for a source that is closed or unknown.
    """
    if source_id is not None:
        today = day_at(now, time_zone_of(session, client.site_id))
        if source_id not in {line.id for line in open_sources(session, today)}:
            raise BadInput("This source is closed. Choose another one.", "source_id")
    entry_id = session.execute(
        insert(EnrollmentFunding)
        .values(
            enrollment_id=enrollment_id,
            source_id=source_id,
            from_on=from_on,
            note_digest=note_digest,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(EnrollmentFunding.id)
    ).scalar_one()
    note_audit(
        session,
        "funding:set",
        f"enrollment:{enrollment_id}",
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        note_digest=note_digest,
        source=source_id,
        from_on=from_on.isoformat(),
    )
    return entry_id
