"""Take a client's row: whatever is decided about a client is decided by one writer at a time."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    row = session.execute(
        select(Client.id, Client.site_id).where(Client.id == client_id).with_for_update(key_share=True)
    ).one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="client")
    if not actor.may(act, row.site_id):
        raise NotAllowed(role=actor.role)
    return LockedClient(row.id, row.site_id)


def lock_client_of(session: Session, enrollment_id: int, act: str, actor: Actor) -> LockedClient:
    """Lock the client of an enrollment."""
    client_id = session.execute(select(Enrollment.client_id).where(Enrollment.id == enrollment_id)).scalar_one_or_none()
    if client_id is None:
        raise NotFound(what="enrollment")
    return lock_client(session, client_id, act, actor)
