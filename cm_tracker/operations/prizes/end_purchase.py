"""An authorized purchase will not arrive: it no longer counts as on its way, and its money is free again."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.prizes.purchases import check_end
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PurchaseEnd, PurchaseRow
from cm_tracker.operations.steps.lock_purchase import on_its_way
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def end_purchase(session: Session, *, purchase_id: int, reason: str, key: str, actor: Actor, now: datetime) -> int:
    """Record that an authorized purchase will not arrive, and return the id of the record.

    Raise `NotFound` for one of another site, and `BadInput` without a reason, and where it is not on its way.
    """
    site_id = session.execute(select(PurchaseRow.site_id).where(PurchaseRow.id == purchase_id)).scalar_one_or_none()
    if site_id is None or not actor.reaches(site_id):
        raise NotFound(what="purchase")
    lock_site(session, site_id, "stock:deliver", actor)

    def write() -> int:
        purchase = on_its_way(session, purchase_id)
        check_end(reason)
        digest = save_note(session, reason)
        end_id = session.execute(
            insert(PurchaseEnd)
            .values(purchase_id=purchase_id, note_digest=digest, recorded_at=now, staff_id=actor.staff_id)
            .returning(PurchaseEnd.id)
        ).scalar_one()
        note_audit(
            session,
            "purchase:ended",
            f"purchase:{purchase_id}",
            actor=actor,
            now=now,
            site_id=site_id,
            note_digest=digest,
            prize=purchase.prize_id,
            quantity=purchase.quantity,
        )
        return int(end_id)

    return run_once(session, key, "end_purchase", [purchase_id, reason], actor, now, write)
