"""Lock a client's row, so that only one writer at a time decides about this client."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cm_tracker.db import of_transaction, table
from cm_tracker.domain.errors import NotAllowed, NotFound, Thing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.prepared import Prepared

# The clients whose rows this transaction has locked: `lock_balances` locks the accounts of no other client.
LOCKED_CLIENTS = "cm_locked_clients"


@dataclass(frozen=True, slots=True)
class LockedClient:
    """A client whose row is locked until the commit."""

    id: int
    site_id: int


def lock_client(session: Session, client_id: int, permission: str, actor: Actor) -> LockedClient:
    """Lock a client, for something that needs `permission`.

    Raise `NotFound` for a client of another site, as for one that does not exist, and `NotAllowed` for a role
    without the permission.
    """
    return locked(session, _LOCK(session, {"client_id": client_id}), "client", permission, actor)


_CLIENT = table(Client)
_COLUMNS = (_CLIENT.c.id, _CLIENT.c.site_id)
_LOCK = Prepared(
    select(*_COLUMNS).where(_CLIENT.c.id == bindparam("client_id")).with_for_update(key_share=True), columns=_COLUMNS
)


def locked(session: Session, rows: list[Any], what: Thing, permission: str, actor: Actor) -> LockedClient:
    """Return the client whose row was locked (`rows` has one row, or none), or raise as `lock_client` does."""
    if not rows or not actor.reaches(rows[0].site_id):
        raise NotFound(what=what)
    row = rows[0]
    if not actor.may(permission, row.site_id):
        raise NotAllowed(role=actor.role)
    of_transaction(session, LOCKED_CLIENTS)[str(row.id)] = row.id
    return LockedClient(row.id, row.site_id)
