"""Take a client's row: whatever is decided about a client is decided by one writer at a time."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Client, Enrollment
from cm_tracker.prepared import Prepared


@dataclass(frozen=True, slots=True)
class LockedClient:
    """The client whose row is held until the commit."""

    id: int
    site_id: int


def lock_client(session: Session, client_id: int, act: str, actor: Actor) -> LockedClient:
    """Lock a client by id for an act of the actor.

    A client of another site is `NotFound`, as if there were none; a role without the act is
    `NotAllowed`.
    """
    return _locked(_LOCK(session, {"client_id": client_id}), "client", act, actor)


def lock_client_of(session: Session, enrollment_id: int, act: str, actor: Actor) -> LockedClient:
    """Lock the client of an enrollment."""
    return _locked(_LOCK_OF_ENROLLMENT(session, {"enrollment_id": enrollment_id}), "enrollment", act, actor)


_CLIENT, _OF = table(Client), table(Enrollment)
_COLUMNS = (_CLIENT.c.id, _CLIENT.c.site_id)
_LOCKING = select(*_COLUMNS).with_for_update(key_share=True)
_LOCK = Prepared(_LOCKING.where(_CLIENT.c.id == bindparam("client_id")), answers=_COLUMNS)
_LOCK_OF_ENROLLMENT = Prepared(
    _LOCKING.where(
        _CLIENT.c.id == select(_OF.c.client_id).where(_OF.c.id == bindparam("enrollment_id")).scalar_subquery()
    ),
    answers=_COLUMNS,
)


def _locked(rows: list[Any], what: str, act: str, actor: Actor) -> LockedClient:
    if not rows or not actor.reaches(rows[0].site_id):
        raise NotFound(what=what)
    row = rows[0]
    if not actor.may(act, row.site_id):
        raise NotAllowed(role=actor.role)
    return LockedClient(row.id, row.site_id)
