"""Keep apart who buys prizes and who counts them, or note that a site could not (`domain.staff.duties`)."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.duties import PURCHASE, check_apart
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CountRound, Transaction
from cm_tracker.operations.steps.note_audit import note_combined
from cm_tracker.queries.staff.site_settings import settings_of


def keep_purchases_apart(session: Session, site_id: int, subject: str, *, actor: Actor, now: datetime) -> None:
    """Check that the actor booked no delivery into the cabinet since a count of it was last signed.

    Raise `BoughtYourself`, or note it where the site cannot keep the two apart.
    """
    last = select(func.max(CountRound.ended_at)).where(CountRound.site_id == site_id, CountRound.ended == "signed")
    since = session.execute(last).scalar_one()
    bought = select(Transaction.staff_id).where(
        Transaction.kind == "delivery", Transaction.site_id == site_id, Transaction.staff_id == actor.staff_id
    )
    if since is not None:
        bought = bought.where(Transaction.recorded_at > since)
    who = session.execute(bought.limit(1)).scalars().all() if actor.staff_id is not None else ()
    if check_apart(PURCHASE, settings_of(session, site_id), who, actor):
        note_combined(session, PURCHASE, subject, actor=actor, now=now, site_id=site_id)
