"""What came into cabinets and what was found missing or extra: every movement of a shelf that is no hand-over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select

from cm_tracker.domain.ledger.accounts import CARD
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    AccountRow,
    Delivery,
    EntryRow,
    GiftCard,
    LogRow,
    Note,
    Prize,
    PurchaseReceipt,
    Site,
    Staff,
    Transaction,
)
from cm_tracker.queries.paging import ListFilter, in_days, listing
from cm_tracker.queries.staff.sites import at_sites

DELIVERED, MISSING, FOUND, NOT_BACK = "delivered", "missing", "found", "not_back"
"""It arrived; a signed count missed it or found it; it did not come back when its redemption was undone."""


@dataclass(frozen=True, slots=True)
class StockLine:
    """A movement of a prize on a shelf. `quantity` is negative for what is gone, and `seal` is its number in the log.

    `unit_cost` and `cost` are in cents, and None where nobody said what it cost. A gift card is a line of its own.
    """

    id: int
    seal: int
    at: datetime
    site: str
    kind: str
    prize: str
    category: str
    tier: str | None
    card_ends_in: str | None
    quantity: int
    unit_cost: int | None
    cost: int | None
    purchase: int | None
    by: str
    note: str | None


def _kind() -> ColumnElement[str]:
    return case(
        (Transaction.kind == "delivery", DELIVERED),
        (Transaction.because.startswith("redemption:"), NOT_BACK),
        (EntryRow.amount < 0, MISSING),
        else_=FOUND,
    )


def _card_id() -> ColumnElement[int | None]:
    """Return the id of the gift card that an entry moves, or NULL for other prizes."""
    return case((EntryRow.unit.startswith(CARD), cast(func.substr(EntryRow.unit, len(CARD) + 1), BigInteger)))


def _asked(actor: Actor, chosen: ListFilter) -> Any:
    """Return the statement of the movements at the actor's sites. What is handed out is in the list of redemptions."""
    statement = (
        select(
            EntryRow.id,
            LogRow.seq.label("seal"),
            Transaction.recorded_at.label("at"),
            Site.name.label("site"),
            _kind().label("kind"),
            Prize.name.label("prize"),
            Prize.category,
            Prize.tier,
            GiftCard.last_four.label("card_ends_in"),
            EntryRow.amount.label("quantity"),
            Delivery.unit_cents.label("unit_cost"),
            (Delivery.unit_cents * EntryRow.amount).label("cost"),
            PurchaseReceipt.purchase_id.label("purchase"),
            func.coalesce(Staff.display_name, Transaction.via).label("by"),
            Note.text.label("note"),
        )
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(LogRow, LogRow.record == Transaction.record)
        .join(Site, Site.id == Transaction.site_id)
        .join(Prize, Prize.id == AccountRow.prize_id)
        .outerjoin(GiftCard, GiftCard.id == _card_id())
        .outerjoin(Delivery, Delivery.transaction_id == Transaction.id)
        .outerjoin(PurchaseReceipt, PurchaseReceipt.transaction_id == Transaction.id)
        .outerjoin(Staff, Staff.id == Transaction.staff_id)
        .outerjoin(Note, Note.digest == Transaction.note_digest)
        .where(
            AccountRow.kind == "cabinet",
            Transaction.kind.in_(("delivery", "shrinkage")),
            at_sites(Transaction.site_id, actor),
            in_days(Transaction.recorded_at, chosen.since, chosen.until, chosen.time_zone),
        )
    )
    if chosen.site_id is not None:
        statement = statement.where(Transaction.site_id == chosen.site_id)
    return statement


STOCK = listing(_asked, StockLine)
"""The movements, the newest first."""
