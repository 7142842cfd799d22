"""Check an authorized purchase whose goods have arrived, and keep others from receiving it meanwhile."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.prizes.purchases import AUTHORIZED, check_arrived, check_receiver
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PurchaseDecision, PurchaseReceipt, PurchaseRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.queries.staff.staff import receivers_at


def lock_purchase(
    session: Session,
    purchase_id: int,
    site_id: int,
    prize_id: int,
    *,
    quantity: int,
    unit_cents: int | None,
    actor: Actor,
) -> None:
    """Lock the site of a purchase until the commit, so that it is received once: its own rows are never changed.

    Raise `NotFound` for one of another site or of another prize, and `BadInput` where it is not authorized, was received
    already, a third person could receive it, or more arrived than was authorized.
    """
    lock_site(session, site_id, "stock:deliver", actor)
    purchase = session.execute(
        select(
            PurchaseRow.staff_id,
            PurchaseRow.site_id,
            PurchaseRow.prize_id,
            PurchaseRow.quantity,
            PurchaseRow.unit_cents,
        ).where(PurchaseRow.id == purchase_id)
    ).one_or_none()
    if purchase is None or (purchase.site_id, purchase.prize_id) != (site_id, prize_id):
        raise NotFound(what="purchase")
    decision = session.execute(
        select(PurchaseDecision.decision, PurchaseDecision.staff_id).where(PurchaseDecision.purchase_id == purchase_id)
    ).one_or_none()
    if decision is None or decision.decision != AUTHORIZED:
        raise BadInput("This purchase is not authorized. Nothing was recorded.")
    received = select(PurchaseReceipt.id).where(PurchaseReceipt.purchase_id == purchase_id)
    if session.execute(received).first() is not None:
        raise BadInput("What this purchase brought was recorded already.")
    check_receiver(actor.staff_id, (purchase.staff_id, decision.staff_id), receivers_at(session, site_id))
    check_arrived(quantity, unit_cents, purchase.quantity, purchase.quantity * purchase.unit_cents)
