"""Commit to a client's next draw: a fresh secret, and its digest where everybody sees it."""

import secrets
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction, table
from cm_tracker.domain.errors import NoDraws
from cm_tracker.domain.ledger.accounts import client_account
from cm_tracker.domain.prizes.draws import SECRET_BYTES, commitment, identity
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import DrawSecret
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_client import LockedClient, lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.prizes.draws import bowl_of, next_number, open_draw
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def commit_draw(session: Session, *, client_id: int, actor: Actor, now: datetime) -> int:
    """Make the commitment for a client's next draw, or find the one that waits. Answers the draw's number.

    A commitment waits until its draw is made and is never made anew: nobody can ask for another
    secret. Raises `NoDraws` where there is nothing to draw.
    """
    client = lock_client(session, client_id, "draw:make", actor)
    purse = client_account(client.id, "draws")
    if lock_balances(session, [purse])[purse.key] < 1:
        raise NoDraws
    waiting = open_draw(session, client.id)
    if waiting is not None:
        return waiting.number
    number = next_number(session, client.id)
    seal_records(session, [write_commitment(session, client, number, actor=actor, now=now)])
    return number


def write_commitment(session: Session, client: LockedClient, number: int, *, actor: Actor, now: datetime) -> Record:
    """Write the commitment for a client's draw with that number; the caller holds the client, and seals."""
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
