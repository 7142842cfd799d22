"""Take a client's row: whatever is decided about a client is decided by one writer at a time."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Client, Enrollment


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
    row = session.execute(_LOCK.where(_CLIENT.c.id == client_id)).one_or_none()
    return _locked(row, "client", act, actor)


def lock_client_of(session: Session, enrollment_id: int, act: str, actor: Actor) -> LockedClient:
    """Lock the client of an enrollment."""
    row = session.execute(_LOCK_OF_ENROLLMENT, {"enrollment_id": enrollment_id}).one_or_none()
    return _locked(row, "enrollment", act, actor)


_CLIENT = table(Client)
_LOCK = select(_CLIENT.c.id, _CLIENT.c.site_id).with_for_update(key_share=True)
_LOCK_OF_ENROLLMENT = _LOCK.where(
    _CLIENT.c.id
    == select(table(Enrollment).c.client_id)
    .where(table(Enrollment).c.id == bindparam("enrollment_id"))
    .scalar_subquery()
)


def _locked(row: Any, what: str, act: str, actor: Actor) -> LockedClient:
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what=what)
    if not actor.may(act, row.site_id):
        raise NotAllowed(role=actor.role)
    return LockedClient(row.id, row.site_id)
