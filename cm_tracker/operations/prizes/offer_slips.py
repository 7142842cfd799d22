"""Staff offer a prize for each of a client's slips, so that the client confirms all of them at once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Offer
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import keep_states
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_offer import write_offer
from cm_tracker.operations.steps.write_redemption import check_price, lock_for_redemption, redeemable_prize
from cm_tracker.queries.clients.main_records import records_of

MOST_SLIPS = 12
"""So many slips are offered at once."""


class SlipChoice(NamedTuple):
    """The prize that a client chose for a slip of a tier."""

    tier: str
    prize_id: int


@one_transaction
def offer_slips(
    session: Session,
    *,
    client_id: int,
    chosen: Sequence[SlipChoice],
    is_set_aside: bool,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Offer a prize for each chosen slip, each as an offer of its own. Return the id of the last one.

    Offers for slips that were made earlier and not confirmed are withdrawn: what is chosen now takes their place. Raise
    `BadInput` without a choice or for too many, and what `offer_prize` raises, for all slips of a prize together.
    """
    client = lock_client(session, client_id, "prize:redeem", actor)

    def write() -> int:
        if not 1 <= len(chosen) <= MOST_SLIPS:
            raise BadInput("Choose a prize for at least one slip.")
        refusals = AllRefusals()
        prizes = {prize_id: redeemable_prize(session, prize_id, client.site_id) for _, prize_id in chosen}
        for choice, count in sorted(Counter(chosen).items(), key=lambda one: one[0].prize_id):
            prize = prizes[choice.prize_id]
            with refusals:
                check_price(prize, 0, choice.tier)
                at_once = 1 if prize.is_serial else count
                lock_for_redemption(session, client, prize, at_once, tier=choice.tier, now=now)
        refusals.raise_any()
        withdrawn = session.execute(
            update(Offer)
            .where(
                Offer.client_id.in_(records_of(client.id)),
                Offer.tier.is_not(None),
                Offer.redemption_id.is_(None),
                Offer.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now, withdrawn_via=actor.via)
            .returning(Offer.id)
            .execution_options(synchronize_session=False)
        ).scalars()
        keep_states(session, *(f"offer:{offer_id}" for offer_id in withdrawn))
        written = [
            write_offer(
                session,
                client,
                prizes[choice.prize_id],
                1,
                tier=choice.tier,
                is_set_aside=is_set_aside,
                actor=actor,
                now=now,
            )
            for choice in chosen
        ]
        return written[-1]

    content = [client_id, [list(one) for one in chosen], is_set_aside]
    return run_once(session, key, "offer_slips", content, actor, now, write)
