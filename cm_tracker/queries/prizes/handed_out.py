"""The hand-over log: what clients got, from whom, for what, how they confirmed it, and who authorized a card's purchase."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.ledger.accounts import CARD
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    Client,
    EntryRow,
    GiftCard,
    Handover,
    Note,
    Prize,
    PurchaseDecision,
    PurchaseReceipt,
    Redemption,
    Site,
    Staff,
    Transaction,
    UsePromise,
)
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.paging import ListFilter, in_days, listing
from cm_tracker.queries.prizes.by_hand import BORNE, HANDED_AT
from cm_tracker.queries.staff.sites import at_sites

# Of a prize that was set aside the handover counts, with its own day, issuer and confirmation.
_AT = func.coalesce(Handover.recorded_at, HANDED_AT)
_CENTS = func.coalesce(Redemption.price_cents, Redemption.retail_cents) * Redemption.quantity


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What a client got in their hands. `cents` is what it was worth on that day, as the ledger has it.

    That is the price in money for points, and the retail value for a slip of a `tier`; None where the ledger is older.

    `paid_points` are what the client paid, without what the program bore of a prize that was given by hand.
    `authorized_by` authorized the purchase that brought a serial card; None where it is not known. `has_promise`: the
    client confirmed with it what a gift card will not pay for. `undone_at`: the receipt was voided later.
    """

    id: int
    at: datetime
    site_name: str
    client_code: str
    prize_name: str
    category: str
    last_four: str | None
    quantity: int
    paid_points: int
    cents: int | None
    tier: str | None
    issuer: str | None
    confirmed: str | None
    why_unconfirmed: str | None
    authorized_by: str | None
    has_promise: bool
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOutFilter(ListFilter):
    """The filter of the log: also the category of prizes."""

    category: str | None = None


def _asked(actor: Actor, chosen: HandedOutFilter) -> Any:
    """Return the statement of the log of the actor's sites."""
    issuer, authorizer = aliased(Staff), aliased(Staff)
    undo, brought, entry = aliased(Transaction), aliased(Transaction), aliased(EntryRow)
    why = aliased(Note)
    # A card comes into the cabinet with one delivery, and its purchase has one decision.
    authorized_by = (
        select(authorizer.display_name)
        .select_from(entry)
        .join(brought, and_(brought.id == entry.transaction_id, brought.kind == "delivery"))
        .join(PurchaseReceipt, PurchaseReceipt.transaction_id == brought.id)
        .join(PurchaseDecision, PurchaseDecision.purchase_id == PurchaseReceipt.purchase_id)
        .join(authorizer, authorizer.id == PurchaseDecision.staff_id)
        .where(entry.unit == literal(CARD) + cast(Redemption.card_id, String), entry.amount > 0)
        .limit(1)
        .correlate(Redemption)
        .scalar_subquery()
    )
    return (
        select(
            Redemption.id,
            _AT.label("at"),
            Site.name.label("site_name"),
            Client.code.label("client_code"),
            Redemption.prize_name,
            Prize.category,
            GiftCard.last_four,
            Redemption.quantity,
            (Redemption.price_points * Redemption.quantity - BORNE).label("paid_points"),
            _CENTS.label("cents"),
            Redemption.tier,
            issuer.display_name.label("issuer"),
            func.coalesce(Handover.confirmed, Redemption.confirmed).label("confirmed"),
            why.text.label("why_unconfirmed"),
            authorized_by.label("authorized_by"),
            UsePromise.redemption_id.is_not(None).label("has_promise"),
            undo.recorded_at.label("undone_at"),
        )
        .join(Record, Record.id == Redemption.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Redemption.site_id)
        .join(Prize, Prize.id == Redemption.prize_id)
        .outerjoin(Handover, Handover.redemption_id == Redemption.id)
        .outerjoin(GiftCard, GiftCard.id == Redemption.card_id)
        .outerjoin(issuer, issuer.id == func.coalesce(Handover.staff_id, Redemption.staff_id))
        .outerjoin(why, why.digest == func.coalesce(Handover.note_digest, Redemption.note_digest))
        .outerjoin(UsePromise, UsePromise.redemption_id == Redemption.id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(*_conditions(actor, chosen))
    )


@dataclass(frozen=True, slots=True)
class HandedOutSum:
    """What all lines of a filter are worth, without what was voided, and of how many nobody knows it."""

    cents: int
    unknown: int


def sum_of_log(session: Session, actor: Actor, chosen: HandedOutFilter) -> HandedOutSum:
    """Return what clients got in their hands in all, of the lines that fit the filter."""
    undo = aliased(Transaction)
    cents, lines, known = session.execute(
        select(func.coalesce(func.sum(_CENTS), 0), func.count(), func.count(_CENTS))
        .select_from(Redemption)
        .join(Prize, Prize.id == Redemption.prize_id)
        .outerjoin(Handover, Handover.redemption_id == Redemption.id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(undo.id.is_(None), *_conditions(actor, chosen))
    ).one()
    return HandedOutSum(int(cents), lines - known)


def _conditions(actor: Actor, chosen: HandedOutFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        at_sites(Redemption.site_id, actor),
        or_(Redemption.way.is_(None), Handover.id.is_not(None)),
        in_days(_AT, chosen.since, chosen.until, chosen.time_zone),
    ]
    if chosen.category is not None:
        found.append(Prize.category == chosen.category)
    if chosen.site_id is not None:
        found.append(Redemption.site_id == chosen.site_id)
    if chosen.client_code:
        found.append(Redemption.client_id.in_(records_with_code(chosen.client_code)))
    return found


HANDED_OUT = listing(_asked, HandedOut)
"""The hand-over log, the newest receipt first."""
