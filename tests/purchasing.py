"""Purchases for tests: ask for one at Harbor Street, and let a second lead decide about it."""

from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.prizes.decide_purchase import decide_purchase
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.end_purchase import end_purchase
from cm_tracker.operations.prizes.request_purchase import request_purchase
from tests import cast


def ask(session: Session, **more: Any) -> int:
    """Ask for four mugs at $4.25 as Miriam. Return the purchase's id."""
    return request_purchase(
        session,
        **{
            "site_id": cast.HARBOR, "prize_id": cast.MUG, "source_id": None, "quantity": 4, "unit_cents": 425,
            "reason": "The shelf is empty", "key": cast.key(), "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def decide(session: Session, purchase_id: int, decision: str = "authorized", *, actor: Actor, reason: str = "") -> int:
    """Decide about a purchase. Return the decision's id."""
    return decide_purchase(
        session, purchase_id=purchase_id, decision=decision, reason=reason, key=cast.key(), actor=actor, now=cast.NOW
    )


def end(
    session: Session, purchase_id: int, *, actor: Actor, reason: str = "The store has none left", **more: Any
) -> int:
    """Record that a purchase will not arrive. Return the id of the record."""
    return end_purchase(
        session,
        **{"purchase_id": purchase_id, "reason": reason, "key": cast.key(), "actor": actor, "now": cast.NOW, **more},
    )


def receive(session: Session, purchase_id: int, *, actor: Actor, **more: Any) -> int:
    """Book the mugs of a purchase. Return the transaction's id."""
    return deliver_stock(
        session,
        **{
            "site_id": cast.HARBOR, "prize_id": cast.MUG, "quantity": 4, "unit_cents": 425, "note": "Corner Store",
            "purchase_id": purchase_id, "key": cast.key(), "actor": actor, "now": cast.NOW, **more,
        },
    )  # fmt: skip
