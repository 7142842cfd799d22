"""Requests of purchases, one line for each, newest first: who asked, who decided, and what arrived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.orm import aliased

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    AccountRow,
    Delivery,
    EntryRow,
    FundingSource,
    Note,
    Prize,
    PurchaseDecision,
    PurchaseEnd,
    PurchaseReceipt,
    PurchaseRow,
    Site,
    Staff,
)
from cm_tracker.queries.paging import ListFilter, in_days, listing
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """A request with what became of it. `unit_cost`, `amount` and `received_amount` are in cents.

    `decision` is None while the request waits. What arrived may be less than what was asked for. `received_amount` is
    None also where whoever booked it did not say what it cost. `ended_at` is when somebody said that it will not arrive.
    """

    purchase: int
    requested_at: datetime
    site: str
    prize: str
    category: str
    quantity: int
    unit_cost: int
    amount: int
    source: str | None
    purpose: str | None
    requested_by: str | None
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    why_decided: str | None
    received_at: datetime | None
    received_by: str | None
    received_quantity: int | None
    received_amount: int | None
    ended_at: datetime | None
    why_ended: str | None


def _received() -> ColumnElement[int | None]:
    """Return how many pieces the delivery of a purchase brought into the cabinet."""
    return (
        # PostgreSQL sums whole numbers to decimals.
        select(cast(func.sum(EntryRow.amount), Integer))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "cabinet", EntryRow.transaction_id == PurchaseReceipt.transaction_id)
        .correlate(PurchaseReceipt)
        .scalar_subquery()
    )


def _asked(actor: Actor, chosen: ListFilter) -> Any:
    """Return the statement of the requests at the actor's sites."""
    asker, decider, receiver = aliased(Staff), aliased(Staff), aliased(Staff)
    why_decided, why_ended = aliased(Note), aliased(Note)
    statement = (
        select(
            PurchaseRow.id.label("purchase"),
            PurchaseRow.requested_at,
            Site.name.label("site"),
            Prize.name.label("prize"),
            Prize.category,
            PurchaseRow.quantity,
            PurchaseRow.unit_cents.label("unit_cost"),
            (PurchaseRow.quantity * PurchaseRow.unit_cents).label("amount"),
            FundingSource.name.label("source"),
            Note.text.label("purpose"),
            asker.display_name.label("requested_by"),
            PurchaseDecision.decision,
            PurchaseDecision.recorded_at.label("decided_at"),
            decider.display_name.label("decided_by"),
            why_decided.text.label("why_decided"),
            PurchaseReceipt.recorded_at.label("received_at"),
            receiver.display_name.label("received_by"),
            _received().label("received_quantity"),
            (Delivery.quantity * Delivery.unit_cents).label("received_amount"),
            PurchaseEnd.recorded_at.label("ended_at"),
            why_ended.text.label("why_ended"),
        )
        .join(Site, Site.id == PurchaseRow.site_id)
        .join(Prize, Prize.id == PurchaseRow.prize_id)
        .outerjoin(FundingSource, FundingSource.id == PurchaseRow.source_id)
        .outerjoin(Note, Note.digest == PurchaseRow.note_digest)
        .outerjoin(PurchaseDecision, PurchaseDecision.purchase_id == PurchaseRow.id)
        .outerjoin(why_decided, why_decided.digest == PurchaseDecision.note_digest)
        .outerjoin(PurchaseReceipt, PurchaseReceipt.purchase_id == PurchaseRow.id)
        .outerjoin(Delivery, Delivery.transaction_id == PurchaseReceipt.transaction_id)
        .outerjoin(PurchaseEnd, PurchaseEnd.purchase_id == PurchaseRow.id)
        .outerjoin(why_ended, why_ended.digest == PurchaseEnd.note_digest)
        .outerjoin(asker, asker.id == PurchaseRow.staff_id)
        .outerjoin(decider, decider.id == PurchaseDecision.staff_id)
        .outerjoin(receiver, receiver.id == PurchaseReceipt.staff_id)
        .where(
            at_sites(PurchaseRow.site_id, actor),
            in_days(PurchaseRow.requested_at, chosen.since, chosen.until, chosen.time_zone),
        )
    )
    if chosen.site_id is not None:
        statement = statement.where(PurchaseRow.site_id == chosen.site_id)
    return statement


PURCHASES = listing(_asked, PurchaseRequest)
"""The requests, the newest first."""
