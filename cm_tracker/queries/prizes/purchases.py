"""Purchases: who asked for what, who authorized it, and who received it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.accounts import CARD
from cm_tracker.domain.prizes.purchases import AUTHORIZED
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
from cm_tracker.queries.paging import ListFilter, Page, in_days, listing
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """A purchase with what became of it.

    `decision` is None while it waits for one. `transaction_id` is the delivery that it brought, which may have been fewer
    pieces than were asked for; `received_cents` is None also where nobody said what they cost. It has ended where it will not
    arrive.
    """

    id: int
    site_id: int
    site_name: str
    time_zone: str
    prize_id: int
    prize_name: str
    category: str
    is_serial: bool
    source_id: int | None
    source_name: str | None
    quantity: int
    unit_cents: int
    reason: str | None
    requested_at: datetime
    requested_by_id: int | None
    requested_by: str | None
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    why_decided: str | None
    received_at: datetime | None
    received_by: str | None
    received_quantity: int | None
    received_cents: int | None
    transaction_id: int | None
    ended_at: datetime | None
    ended_by: str | None
    why_ended: str | None

    @property
    def cents(self) -> int:
        """Return what it costs."""
        return self.quantity * self.unit_cents

    @property
    def is_on_its_way(self) -> bool:
        """Return whether it is authorized and on its way."""
        return self.decision == AUTHORIZED and self.received_at is None and self.ended_at is None


def _received() -> ColumnElement[int | None]:
    """Return how many pieces the delivery of a purchase brought into the cabinet."""
    return (
        select(func.sum(EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "cabinet", EntryRow.transaction_id == PurchaseReceipt.transaction_id)
        .correlate(PurchaseReceipt)
        .scalar_subquery()
    )


def _asked(actor: Actor, chosen: ListFilter) -> Any:
    """Return the statement of the purchases of the actor's sites."""
    asker, decider, receiver, ender = aliased(Staff), aliased(Staff), aliased(Staff), aliased(Staff)
    why_decided, why_ended = aliased(Note), aliased(Note)
    statement = (
        select(
            PurchaseRow.id,
            PurchaseRow.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
            PurchaseRow.prize_id,
            Prize.name.label("prize_name"),
            Prize.category,
            Prize.is_serial,
            PurchaseRow.source_id,
            FundingSource.name.label("source_name"),
            PurchaseRow.quantity,
            PurchaseRow.unit_cents,
            Note.text.label("reason"),
            PurchaseRow.requested_at,
            PurchaseRow.staff_id.label("requested_by_id"),
            asker.display_name.label("requested_by"),
            PurchaseDecision.decision,
            PurchaseDecision.recorded_at.label("decided_at"),
            decider.display_name.label("decided_by"),
            why_decided.text.label("why_decided"),
            PurchaseReceipt.recorded_at.label("received_at"),
            receiver.display_name.label("received_by"),
            _received().label("received_quantity"),
            (Delivery.quantity * Delivery.unit_cents).label("received_cents"),
            PurchaseReceipt.transaction_id,
            PurchaseEnd.recorded_at.label("ended_at"),
            ender.display_name.label("ended_by"),
            why_ended.text.label("why_ended"),
        )
        .join(Site, Site.id == PurchaseRow.site_id)
        .join(Prize, Prize.id == PurchaseRow.prize_id)
        .outerjoin(FundingSource, FundingSource.id == PurchaseRow.source_id)
        .outerjoin(Note, Note.digest == PurchaseRow.note_digest)
        .outerjoin(PurchaseDecision, PurchaseDecision.purchase_id == PurchaseRow.id)
        .outerjoin(PurchaseReceipt, PurchaseReceipt.purchase_id == PurchaseRow.id)
        .outerjoin(Delivery, Delivery.transaction_id == PurchaseReceipt.transaction_id)
        .outerjoin(PurchaseEnd, PurchaseEnd.purchase_id == PurchaseRow.id)
        .outerjoin(why_decided, why_decided.digest == PurchaseDecision.note_digest)
        .outerjoin(asker, asker.id == PurchaseRow.staff_id)
        .outerjoin(decider, decider.id == PurchaseDecision.staff_id)
        .outerjoin(why_ended, why_ended.digest == PurchaseEnd.note_digest)
        .outerjoin(receiver, receiver.id == PurchaseReceipt.staff_id)
        .outerjoin(ender, ender.id == PurchaseEnd.staff_id)
        .where(
            at_sites(PurchaseRow.site_id, actor),
            in_days(PurchaseRow.requested_at, chosen.since, chosen.until, chosen.time_zone),
        )
    )
    if chosen.site_id is not None:
        statement = statement.where(PurchaseRow.site_id == chosen.site_id)
    return statement


PURCHASES = listing(_asked, PurchaseLine)
"""The purchases, the newest first. The days of the filter are those on which somebody asked."""


def purchases(session: Session, actor: Actor, before: int | None = None) -> Page[PurchaseLine]:
    """Return the purchases of the actor's sites, the newest first, 50 a page."""
    return PURCHASES.page(session, actor, ListFilter(), before=before)


def purchase_line(session: Session, actor: Actor, purchase_id: int) -> PurchaseLine:
    """Return a purchase of the actor's sites. Raise `NotFound`."""
    row = session.execute(_asked(actor, ListFilter()).where(PurchaseRow.id == purchase_id)).one_or_none()
    if row is None:
        raise NotFound(what="purchase")
    return view_of(PurchaseLine, row)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many purchases wait for a decision, and what they cost."""

    count: int
    cents: int


def waiting_purchases(session: Session, actor: Actor, *, not_of: int | None = None) -> Waiting:
    """Return the purchases of the actor's sites that nobody has decided about, without those of one member of staff."""
    others = true() if not_of is None else PurchaseRow.staff_id.is_distinct_from(not_of)
    count, cents = session.execute(
        select(func.count(), func.coalesce(func.sum(PurchaseRow.quantity * PurchaseRow.unit_cents), 0))
        .select_from(PurchaseRow)
        .outerjoin(PurchaseDecision, PurchaseDecision.purchase_id == PurchaseRow.id)
        .where(PurchaseDecision.id.is_(None), at_sites(PurchaseRow.site_id, actor), others)
    ).one()
    return Waiting(int(count), int(cents))


def cards_in_hand(session: Session, site_id: int) -> int:
    """Return how many gift cards are in a site's cabinet or on their way: asked for, not declined, not received, not ended."""
    coming = session.execute(
        select(func.coalesce(func.sum(PurchaseRow.quantity), 0))
        .join(Prize, Prize.id == PurchaseRow.prize_id)
        .outerjoin(PurchaseDecision, PurchaseDecision.purchase_id == PurchaseRow.id)
        .outerjoin(PurchaseReceipt, PurchaseReceipt.purchase_id == PurchaseRow.id)
        .outerjoin(PurchaseEnd, PurchaseEnd.purchase_id == PurchaseRow.id)
        .where(
            PurchaseRow.site_id == site_id,
            Prize.is_serial,
            PurchaseReceipt.id.is_(None),
            PurchaseEnd.id.is_(None),
            func.coalesce(PurchaseDecision.decision, AUTHORIZED) == AUTHORIZED,
        )
    ).scalar_one()
    return cards_there(session, site_id) + int(coming or 0)


def cards_there(session: Session, site_id: int) -> int:
    """Return how many gift cards are in a site's cabinet."""
    there = session.execute(
        select(func.coalesce(func.sum(AccountRow.balance), 0)).where(
            AccountRow.kind == "cabinet", AccountRow.site_id == site_id, AccountRow.unit.like(f"{CARD}%")
        )
    ).scalar_one()
    return int(there or 0)
