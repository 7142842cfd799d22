"""Let a client's points expire on the day that the site's rule sets."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.ledger.expiry import expiry_of


@one_transaction
def expire_points(session: Session, *, client_id: int, actor: Actor, now: datetime) -> int:
    """Move a client's unspent points to the account `expired`, if their day has come. Return how many points moved.

    Too early, or for a second time, nothing moves and 0 is returned. The day is worked out after the client is locked.
    """
    client = lock_client(session, client_id, "points:expire", actor)
    expiry = expiry_of(session, client.id)
    if expiry is None or day_at(now, expiry.time_zone) < expiry.on:
        return 0
    purse = client_account(client.id, "points")
    balance = lock_balances(session, [purse])[purse.key]
    record = post_transaction(
        session,
        "expiry",
        [Entry(purse, -balance), Entry(site_account("expired", client.site_id, "points"), balance)],
        site_id=client.site_id,
        client_id=client.id,
        actor=actor,
        now=now,
    )
    note_audit(
        session,
        "points:expired",
        record.address,
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        points=balance,
        due_on=expiry.on.isoformat(),
    )
    seal_records(session, [record])
    return balance
