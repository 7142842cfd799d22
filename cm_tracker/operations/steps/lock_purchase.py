"""Check an authorized purchase whose goods have arrived, and keep others from receiving or ending it meanwhile."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.prizes.purchases import AUTHORIZED, check_arrived, check_receiver
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PurchaseDecision, PurchaseEnd, PurchaseReceipt, PurchaseRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.queries.staff.staff import receivers_at


class OnItsWay(NamedTuple):
    """An authorized purchase that has not arrived: what was asked for, by whom, and who authorized it."""

    site_id: int
    prize_id: int
    quantity: int
    unit_cents: int
    asked_by: int | None
    authorized_by: int | None


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

    Raise `NotFound` for one of another site or of another prize, and `BadInput` where it is not on its way, a third person
    could receive it, or more arrived than was authorized.
    """
    lock_site(session, site_id, "stock:deliver", actor)
    purchase = on_its_way(session, purchase_id)
    if (purchase.site_id, purchase.prize_id) != (site_id, prize_id):
        raise NotFound(what="purchase")
    check_receiver(actor.staff_id, (purchase.asked_by, purchase.authorized_by), receivers_at(session, site_id))
    check_arrived(quantity, unit_cents, purchase.quantity, purchase.quantity * purchase.unit_cents)


def on_its_way(session: Session, purchase_id: int) -> OnItsWay:
    """Return a purchase of a site that the caller has locked.

    Raise `NotFound`, and `BadInput` where it is not authorized, was received already, or has ended.
    """
    row = session.execute(
        select(
            PurchaseRow.site_id,
            PurchaseRow.prize_id,
            PurchaseRow.quantity,
            PurchaseRow.unit_cents,
            PurchaseRow.staff_id.label("asked_by"),
            PurchaseDecision.staff_id.label("authorized_by"),
            PurchaseDecision.decision,
            PurchaseReceipt.id.label("receipt_id"),
            PurchaseEnd.id.label("end_id"),
        )
        .outerjoin(PurchaseDecision, PurchaseDecision.purchase_id == PurchaseRow.id)
        .outerjoin(PurchaseReceipt, PurchaseReceipt.purchase_id == PurchaseRow.id)
        .outerjoin(PurchaseEnd, PurchaseEnd.purchase_id == PurchaseRow.id)
        .where(PurchaseRow.id == purchase_id)
    ).one_or_none()
    if row is None:
        raise NotFound(what="purchase")
    if row.decision != AUTHORIZED:
        raise BadInput("This purchase is not authorized. Nothing was recorded.")
    if row.receipt_id is not None:
        raise BadInput("What this purchase brought was recorded already.")
    if row.end_id is not None:
        raise BadInput("This purchase has ended. Ask for another one if something arrives after all.")
    return OnItsWay(row.site_id, row.prize_id, row.quantity, row.unit_cents, row.asked_by, row.authorized_by)
