"""A client confirms an offer: one transaction moves their points, or their slips, and the items."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import ChangedMeanwhile, NotFound
from cm_tracker.domain.prizes.offers import KIOSK, Confirmation, check_offer
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Offer
from cm_tracker.operations.steps.end_requests import end_requests
from cm_tracker.operations.steps.keep_pin_apart import keep_pin_apart
from cm_tracker.operations.steps.lock_offer import lock_offer
from cm_tracker.operations.steps.note_audit import keep_states
from cm_tracker.operations.steps.write_redemption import check_price, redeemable_prize, write_redemption
from cm_tracker.queries.staff.site_settings import settings_of


@one_transaction
def redeem_prize(session: Session, *, offer_id: int, confirmation: Confirmation, actor: Actor, now: datetime) -> int:
    """Hand out what was offered, or set it aside. Return the redemption's id; for a second call, the same id.

    At the kiosk the redemption's member of staff is the one who made the offer. Raise `NotFound` for the
    `confirmation` of another client. Raise what `check_offer` raises for an offer that is old or withdrawn,
    `PriceChanged` or `ChangedMeanwhile` for a prize with another price or name by now, and what
    `lock_for_redemption` raises where points, slips or items are too few, or the client's limit is reached.
    """
    client = lock_offer(session, offer_id, actor)
    offer = session.execute(
        select(
            Offer.prize_id,
            Offer.prize_name,
            Offer.price_points,
            Offer.price_cents,
            Offer.quantity,
            Offer.tier,
            Offer.is_set_aside,
            Offer.offered_at,
            Offer.staff_id,
            Offer.withdrawn_at,
            Offer.redemption_id,
        ).where(Offer.id == offer_id)
    ).one()
    if confirmation.client_id != client.id:
        raise NotFound(what="offer")
    if offer.redemption_id is not None:
        return int(offer.redemption_id)
    check_offer(offer.offered_at, offer.withdrawn_at, now, settings_of(session, client.site_id).offer_minutes)
    who = replace(actor, staff_id=offer.staff_id) if confirmation.how == KIOSK else actor
    keep_pin_apart(session, confirmation, f"offer:{offer_id}", client.site_id, actor=who, now=now)
    prize = redeemable_prize(session, offer.prize_id, client.site_id)
    check_price(prize, offer.price_points, offer.tier)
    is_other_price = offer.tier is None and prize.price_cents != offer.price_cents
    if prize.name != offer.prize_name or is_other_price:
        raise ChangedMeanwhile
    redemption_id = write_redemption(
        session,
        client,
        prize,
        offer.quantity,
        tier=offer.tier,
        is_set_aside=offer.is_set_aside,
        confirmation=confirmation,
        actor=who,
        now=now,
    )
    session.execute(update(Offer).where(Offer.id == offer_id).values(redemption_id=redemption_id))
    keep_states(session, f"offer:{offer_id}")
    end_requests(session, client, offer.prize_id, actor=actor, now=now)
    return redemption_id
