"""Write an offer of a prize to a client. It reserves nothing."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Offer
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.write_redemption import RedeemablePrize


def write_offer(
    session: Session,
    client: LockedClient,
    prize: RedeemablePrize,
    quantity: int,
    *,
    tier: str | None,
    is_set_aside: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Write an offer with the price of today and return its id. A serial card is always set aside."""
    price_points = 0 if tier else prize.price_points
    offer_id = session.execute(
        insert(table(Offer))
        .values(
            client_id=client.id,
            prize_id=prize.id,
            prize_name=prize.name,
            price_points=price_points,
            price_cents=None if tier else prize.price_cents,
            quantity=quantity,
            tier=tier,
            is_set_aside=is_set_aside or prize.is_serial,
            offered_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        .returning(table(Offer).c.id)
    ).scalar_one()
    keep_states(session, f"offer:{offer_id}")
    note_audit(
        session,
        "prize:offered",
        f"offer:{offer_id}",
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        prize=prize.id,
        points=price_points * quantity,
        quantity=quantity,
    )
    return int(offer_id)
