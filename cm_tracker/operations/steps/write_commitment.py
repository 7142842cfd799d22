"""Write the commitment for a client's next draw: a new secret, and its digest, which the client sees before the draw."""

import secrets
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import table
from cm_tracker.domain.errors import NoDraws
from cm_tracker.domain.prizes.draws import SECRET_BYTES, commitment, identity
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import DrawSecret
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.prizes.draws import bowl_of
from cm_tracker.queries.staff.sites import time_zone_of


def write_commitment(session: Session, client: LockedClient, number: int, *, actor: Actor, now: datetime) -> Record:
    """Write the commitment for draw `number` of a locked client. Return its record; the caller seals it.

    Raise `NoDraws` for a client without a bowl.
    """
    place = bowl_of(session, client.id, day_at(now, time_zone_of(session, client.site_id)))
    if place is None:
        raise NoDraws
    secret = secrets.token_bytes(SECRET_BYTES)
    record = add_record(
        session,
        "commitment",
        client_id=client.id,
        enrollment_id=place.enrollment_id,
        site_id=client.site_id,
        number=number,
        schedule_version_id=place.version_id,
        digest=commitment(secret, identity(client.id, number, place.version_id)),
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    session.execute(insert(table(DrawSecret)).values(commitment_id=record.id, secret=secret))
    note_audit(
        session,
        "draw:committed",
        record.address,
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        number=number,
    )
    return record
