"""Redeem a prize in tests: staff offer it, and the client confirms it with their PIN on the staff screen."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.offers import SCREEN, Confirmation
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from tests import cast


def confirmed(client_id: int, how: str = SCREEN, why: str = "") -> Confirmation:
    """Return a client's confirmation without a check of a PIN, which `tests/operations/prizes/test_offers.py` tests."""
    return Confirmation(client_id, how, why)


def redeem_at_once(
    session: Session,
    *,
    client_id: int = cast.AMIR,
    prize_id: int = cast.MUG,
    price_points: int = 20,
    quantity: int = 1,
    tier: str | None = None,
    is_set_aside: bool = False,
    confirmation: Confirmation | None = None,
    key: str | None = None,
    actor: Actor = cast.rosa,
    now: datetime = cast.NOW,
) -> int:
    """Offer a prize to a client and confirm it for them. Return the redemption's id."""
    offer_id = offer_prize(
        session,
        client_id=client_id,
        prize_id=prize_id,
        price_points=0 if tier else price_points,
        quantity=quantity,
        tier=tier,
        is_set_aside=is_set_aside,
        key=key or cast.key(),
        actor=actor,
        now=now,
    )
    return redeem_prize(
        session, offer_id=offer_id, confirmation=confirmation or confirmed(client_id), actor=actor, now=now
    )
