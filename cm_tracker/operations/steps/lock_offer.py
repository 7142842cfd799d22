"""Lock the client of an offer, so that only one writer at a time decides about the offer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Offer
from cm_tracker.operations.steps.lock_client import LockedClient, lock_client


def lock_offer(session: Session, offer_id: int, actor: Actor) -> LockedClient:
    """Lock the client of an offer. Raise `NotFound` and `NotAllowed` as `lock_client` does."""
    client_id = session.execute(select(Offer.client_id).where(Offer.id == offer_id)).scalar_one_or_none()
    if client_id is None:
        raise NotFound(what="offer")
    return lock_client(session, client_id, "prize:redeem", actor)
