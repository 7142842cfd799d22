"""Take a client's row: whatever is decided about a client is decided by one writer at a time."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cm_tracker.db import of_transaction, table
from cm_tracker.domain.errors import NotAllowed, NotFound, Thing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.prepared import Prepared

# The clients whose rows the transaction holds: `lock_balances` looks whether it may lock their accounts.
LOCKED_CLIENTS = "cm_locked_clients"


@dataclass(frozen=True, slots=True)
class LockedClient:
    """The client whose row is held until the commit."""

    id: int
    site_id: int


def lock_client(session: Session, client_id: int, permission: str, actor: Actor) -> LockedClient:
    """Lock a client by id for a permission of the actor.

    A client of another site is `NotFound`, as if there were none; a role without the permission is
    `NotAllowed`.
    """
    return locked(session, _LOCK(session, {"client_id": client_id}), "client", permission, actor)


_CLIENT = table(Client)
_COLUMNS = (_CLIENT.c.id, _CLIENT.c.site_id)
_LOCK = Prepared(
    select(*_COLUMNS).where(_CLIENT.c.id == bindparam("client_id")).with_for_update(key_share=True), columns=_COLUMNS
)


def locked(session: Session, rows: list[Any], what: Thing, permission: str, actor: Actor) -> LockedClient:
    """The client whose row was locked, if the actor may do the permission to them."""
    if not rows or not actor.reaches(rows[0].site_id):
        raise NotFound(what=what)
    row = rows[0]
    if not actor.may(permission, row.site_id):
        raise NotAllowed(role=actor.role)
    of_transaction(session, LOCKED_CLIENTS)[str(row.id)] = row.id
    return LockedClient(row.id, row.site_id)
