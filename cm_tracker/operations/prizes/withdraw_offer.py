"""Withdraw an offer, for staff or for a client who does not want the prize."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import OfferTaken
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Offer
from cm_tracker.operations.steps.lock_offer import lock_offer
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


@one_transaction
def withdraw_offer(session: Session, *, offer_id: int, actor: Actor, now: datetime) -> None:
    """Withdraw an offer. For a second call do nothing. Raise `OfferTaken` for an offer that was confirmed."""
    client = lock_offer(session, offer_id, actor)
    offer = session.execute(select(Offer.redemption_id, Offer.withdrawn_at).where(Offer.id == offer_id)).one()
    if offer.redemption_id is not None:
        raise OfferTaken
    if offer.withdrawn_at is not None:
        return
    session.execute(update(Offer).where(Offer.id == offer_id).values(withdrawn_at=now, withdrawn_via=actor.via))
    keep_states(session, f"offer:{offer_id}")
    note_audit(
        session,
        "offer:withdrawn",
        f"offer:{offer_id}",
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
    )
