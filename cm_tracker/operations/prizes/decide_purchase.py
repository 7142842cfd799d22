"""Authorize or decline a purchase that somebody else asked for, or withdraw one's own."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.prizes.purchases import AUTHORIZED, WITHDRAWN, check_cards_authorized, check_decision
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Prize, PurchaseDecision, PurchaseRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.prizes.purchases import cards_in_hand
from cm_tracker.queries.staff.site_settings import settings_of


@one_transaction
def decide_purchase(
    session: Session, *, purchase_id: int, decision: str, reason: str, key: str, actor: Actor, now: datetime
) -> int:
    """Decide about a purchase, once, and return the decision's id.

    Whoever asked withdraws it; a lead who did not ask authorizes or declines it. Raise what `check_decision` raises, and
    `BadInput` where it was decided already, or the site would have more gift cards than it keeps by now.
    """
    purchase = session.execute(
        select(PurchaseRow.site_id, PurchaseRow.prize_id, PurchaseRow.quantity, PurchaseRow.staff_id, Prize.is_serial)
        .join(Prize, Prize.id == PurchaseRow.prize_id)
        .where(PurchaseRow.id == purchase_id)
    ).one_or_none()
    if purchase is None or not actor.reaches(purchase.site_id):
        raise NotFound(what="purchase")
    # A purchase is never changed, so nobody locks it: of two decisions at a time, the site's lock lets one be the first.
    lock_site(session, purchase.site_id, "stock:deliver" if decision == WITHDRAWN else "purchase:decide", actor)

    def write() -> int:
        check_decision(decision, reason, is_own=purchase.staff_id == actor.staff_id)
        known = select(PurchaseDecision.id).where(PurchaseDecision.purchase_id == purchase_id)
        if session.execute(known).first() is not None:
            raise BadInput("This purchase was decided already. Nothing was recorded.")
        if decision == AUTHORIZED and purchase.is_serial:
            # What was asked for is on its way in this count, as long as nobody has declined it.
            most = settings_of(session, purchase.site_id).most_cards
            check_cards_authorized(cards_in_hand(session, purchase.site_id), most)
        digest = save_note(session, reason)
        decision_id = session.execute(
            insert(PurchaseDecision)
            .values(
                purchase_id=purchase_id,
                decision=decision,
                requested_by_id=purchase.staff_id,
                note_digest=digest,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(PurchaseDecision.id)
        ).scalar_one()
        note_audit(
            session,
            "purchase:decided",
            f"purchase:{purchase_id}",
            actor=actor,
            now=now,
            site_id=purchase.site_id,
            note_digest=digest,
            prize=purchase.prize_id,
            quantity=purchase.quantity,
            decision=decision,
        )
        return decision_id

    return run_once(session, key, "decide_purchase", [purchase_id, decision, reason], actor, now, write)
