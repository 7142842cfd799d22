"""Lock a client's row, so that only one writer at a time decides about this client."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cm_tracker.db import of_transaction, table
from cm_tracker.domain.errors import ChangedMeanwhile, NotAllowed, NotFound, Thing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.prepared import Prepared
from cm_tracker.queries.clients.main_records import main_of

# The clients whose rows this transaction has locked: `lock_balances` locks the accounts of no other client.
LOCKED_CLIENTS = "cm_locked_clients"


@dataclass(frozen=True, slots=True)
class LockedClient:
    """A client whose row is locked until the commit."""

    id: int
    site_id: int


def lock_client(session: Session, client_id: int, permission: str, actor: Actor) -> LockedClient:
    """Lock a client for something that needs `permission`, and return whom to use from here on.

    For a record that was merged, the main record is locked and returned. Raise `NotFound` for a client of another site,
    as for one that does not exist, and `NotAllowed` for a role without the permission. Raise `ChangedMeanwhile` where
    the record was merged while this waited for the lock.
    """
    return locked(session, _LOCK(session, {"client_id": client_id}), "client", permission, actor)


_CLIENT = table(Client)
_RECORD = table(Client).alias("record")
# A row that another writer merges meanwhile is read again after the wait, and then says so.
LOCKED_COLUMNS = (_CLIENT.c.id, _CLIENT.c.site_id, _CLIENT.c.merged_into_id)
_MAIN_ID = select(main_of(_RECORD.c)).where(_RECORD.c.id == bindparam("client_id")).scalar_subquery()
_LOCK = Prepared(
    select(*LOCKED_COLUMNS).where(_CLIENT.c.id == _MAIN_ID).with_for_update(key_share=True), columns=LOCKED_COLUMNS
)


def lock_clients(
    session: Session, client_ids: tuple[int, int], permission: str, actor: Actor
) -> tuple[LockedClient, LockedClient]:
    """Lock two clients, the one with the smaller id first, and return them in the order of `client_ids`.

    Raise as `lock_client` does. Two records with one main record are the same client.
    """
    found = {client_id: lock_client(session, client_id, permission, actor) for client_id in sorted(client_ids)}
    return found[client_ids[0]], found[client_ids[1]]


def may_lock_accounts_of(session: Session, client: LockedClient, record_id: int) -> None:
    """Let `lock_balances` lock the accounts of a record that was merged into a locked client.

    Nobody locks the row of a merged record: whoever holds the row of its main record holds both.
    """
    of_transaction(session, LOCKED_CLIENTS)[str(record_id)] = client.id


def locked(session: Session, rows: list[Any], what: Thing, permission: str, actor: Actor) -> LockedClient:
    """Return the client whose row was locked (`rows` has one row, or none), or raise as `lock_client` does."""
    if not rows or not actor.reaches(rows[0].site_id):
        raise NotFound(what=what)
    row = rows[0]
    if not actor.may(permission, row.site_id):
        raise NotAllowed(roles=actor.roles)
    if row.merged_into_id is not None:
        raise ChangedMeanwhile
    of_transaction(session, LOCKED_CLIENTS)[str(row.id)] = row.id
    return LockedClient(row.id, row.site_id)
