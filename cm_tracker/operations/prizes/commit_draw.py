"""Commit to a client's next draw: choose a new secret, and show its digest before the draw."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NoDraws
from cm_tracker.domain.ledger.accounts import client_account
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.post_transaction import lock_balances
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_commitment import write_commitment
from cm_tracker.queries.prizes.draws import next_number, open_draw


@one_transaction
def commit_draw(session: Session, *, client_id: int, actor: Actor, now: datetime) -> int:
    """Make the commitment for a client's next draw, unless there is one. Return the number of the draw.

    A commitment stays until its draw is made and is never replaced, so nobody can get another secret for a draw. Raise
    `NoDraws` for a client who has no draw left.
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
