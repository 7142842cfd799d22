"""A client chooses at the kiosk the prize for a slip that they drew. It becomes an offer, which they confirm with the PIN."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Offer
from cm_tracker.operations.steps.lock_client import LockedClient, lock_client
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_offer import write_offer
from cm_tracker.operations.steps.write_redemption import check_price, lock_for_redemption, redeemable_prize
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.prizes.draws import won_by
from cm_tracker.queries.staff.site_settings import settings_of

# Not "kiosk": the card would say that the client declined it.
CHOSE_ANEW = "anew"


@one_transaction
def choose_for_slip(
    session: Session, *, client_id: int, tier: str, prize_id: int, key: str, actor: Actor, now: datetime
) -> int:
    """Offer a client the prize that they chose for a slip of a tier, and return the offer's id.

    Once confirmed it is set aside, because no member of staff stands there: it waits in the list of staff. Where each slip
    of the tier has an open offer already, the oldest one that was made at the kiosk is withdrawn: the client chose anew.
    Raise what `offer_prize` raises.
    """
    client = lock_client(session, client_id, "prize:redeem", actor)

    def write() -> int:
        prize = redeemable_prize(session, prize_id, client.site_id)
        check_price(prize, 0, tier)
        lock_for_redemption(session, client, prize, 1, tier=tier, now=now)
        _make_room(session, client, tier, actor=actor, now=now)
        return write_offer(session, client, prize, 1, tier=tier, is_set_aside=True, actor=actor, now=now)

    return run_once(session, key, "choose_for_slip", [client_id, tier, prize_id], actor, now, write)


def _make_room(session: Session, client: LockedClient, tier: str, *, actor: Actor, now: datetime) -> None:
    """Withdraw open offers of the kiosk, the oldest first, until a slip of the tier is without an offer."""
    minutes = settings_of(session, client.site_id).offer_minutes
    is_open = select(Offer.id, Offer.via).where(
        Offer.client_id.in_(records_of(client.id)),
        Offer.tier == tier,
        Offer.redemption_id.is_(None),
        Offer.withdrawn_at.is_(None),
        Offer.offered_at >= now - timedelta(minutes=minutes),
    )
    waiting = session.execute(is_open.order_by(Offer.id)).all()
    too_many = len(waiting) - won_by(session, client.id)[tier] + 1
    for offer_id in [row.id for row in waiting if row.via == actor.via][: max(too_many, 0)]:
        session.execute(update(Offer).where(Offer.id == offer_id).values(withdrawn_at=now, withdrawn_via=CHOSE_ANEW))
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
