"""Keep apart who buys prizes and who counts them, or note that a site could not (`domain.staff.duties`)."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.duties import PURCHASE, check_apart
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CountRound, PurchaseReceipt, PurchaseRow, Transaction
from cm_tracker.operations.steps.note_audit import note_combined
from cm_tracker.queries.staff.site_settings import settings_of


def keep_purchases_apart(session: Session, site_id: int, subject: str, *, actor: Actor, now: datetime) -> None:
    """Check that the actor bought nothing for the cabinet, and booked no delivery, since a count of it was last signed.

    Who asked for a purchase bought it, although somebody else books what arrived.

    Raise `BoughtYourself`, or note it where the site cannot keep the two apart.
    """
    last = select(func.max(CountRound.ended_at)).where(CountRound.site_id == site_id, CountRound.ended == "signed")
    since = session.execute(last).scalar_one()
    bought = select(Transaction.staff_id).where(
        Transaction.kind == "delivery", Transaction.site_id == site_id, Transaction.staff_id == actor.staff_id
    )
    asked = (
        select(PurchaseRow.staff_id)
        .join(PurchaseReceipt, PurchaseReceipt.purchase_id == PurchaseRow.id)
        .where(PurchaseRow.site_id == site_id, PurchaseRow.staff_id == actor.staff_id)
    )
    if since is not None:
        bought = bought.where(Transaction.recorded_at > since)
        asked = asked.where(PurchaseReceipt.recorded_at > since)
    who = session.execute(bought.union(asked)).scalars().all() if actor.staff_id is not None else ()
    if check_apart(PURCHASE, settings_of(session, site_id), who, actor):
        note_combined(session, PURCHASE, subject, actor=actor, now=now, site_id=site_id)
