"""The inventory of a site over a period: the items at its beginning, delivered, handed out, lost, and at its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Delivery, EntryRow, Note, Prize, Staff, Transaction
from cm_tracker.queries.prizes.rounds import is_being_counted
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.views import view_of

MOST = 1000


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One prize: `before` is the number of items on the shelf at the beginning, the other fields are what changed.

    `given` and `lost` are items that left the shelf. An item that is set aside for a client counts as given.
    """

    prize_name: str
    tier: str | None
    retail_cents: int
    before: int
    delivered: int
    given: int
    lost: int

    @property
    def after(self) -> int:
        """Return the number of items on the shelf at the end."""
        return self.before + self.delivered - self.given - self.lost


@dataclass(frozen=True, slots=True)
class Purchase:
    """A delivery whose cost is known."""

    recorded_at: datetime
    prize_name: str
    quantity: int
    unit_cents: int
    note: str | None
    staff_name: str | None

    @property
    def cents(self) -> int:
        """Return the cost of the whole delivery."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True)
class Inventory:
    """The inventory of a site from the day `since` to the day `until`, both included, in the site's time zone.

    `waiting` is the number of items that were set aside for clients and not handed over at the end. While the cabinet
    is being counted there are no lines: they would tell how many should be there.
    """

    site: SiteLine
    is_being_counted: bool
    since: date
    until: date
    lines: tuple[InventoryLine, ...]
    purchases: tuple[Purchase, ...]
    waiting: int

    @property
    def spent_cents(self) -> int:
        """Return the cost of the deliveries."""
        return sum(purchase.cents for purchase in self.purchases)

    @property
    def retail_cents(self) -> int:
        """Return the value of what is on the shelf at the end, by today's retail values."""
        return sum(line.after * line.retail_cents for line in self.lines)


def inventory(session: Session, actor: Actor, site_id: int, since: date, until: date) -> Inventory:
    """Return the inventory of one of the actor's sites. Raise `NotFound`."""
    site = site_of(session, actor, site_id)
    is_counted = is_being_counted(session, site_id)
    zone = ZoneInfo(site.time_zone)
    begins = datetime.combine(since, time(), zone)
    ends = datetime.combine(until + timedelta(days=1), time(), zone)
    # Every entry of a shelf has one counter-entry of the same transaction and unit: its account says where items went.
    other = (
        select(AccountRow.kind)
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .where(EntryRow.transaction_id == Transaction.id, AccountRow.prize_id == Prize.id, AccountRow.kind != "cabinet")
        .limit(1)
        .scalar_subquery()
    )
    is_in = Transaction.recorded_at >= begins

    def amount_of(*kinds: str) -> Any:
        return func.coalesce(func.sum(case((is_in & other.in_(kinds), EntryRow.amount), else_=0)), 0)

    rows: Iterable[Any] = session.execute(
        select(
            Prize.name.label("prize_name"),
            Prize.tier,
            Prize.retail_cents,
            func.coalesce(func.sum(case((Transaction.recorded_at < begins, EntryRow.amount), else_=0)), 0).label(
                "before"
            ),
            amount_of("supplier").label("delivered"),
            (-amount_of("given", "held")).label("given"),
            (-amount_of("shrinkage")).label("lost"),
        )
        .join(
            AccountRow,
            (AccountRow.prize_id == Prize.id) & (AccountRow.kind == "cabinet") & (AccountRow.site_id == site_id),
        )
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(Transaction.recorded_at < ends)
        .group_by(Prize.id, Prize.name, Prize.tier, Prize.retail_cents)
        .order_by(Prize.name)
        .limit(MOST)
    )
    lines = tuple(
        # PostgreSQL sums whole numbers to decimals.
        view_of(
            InventoryLine,
            row,
            before=int(row.before),
            delivered=int(row.delivered),
            given=int(row.given),
            lost=int(row.lost),
        )
        for row in rows
    )
    bought = session.execute(
        select(
            Delivery.recorded_at,
            Prize.name.label("prize_name"),
            Delivery.quantity,
            Delivery.unit_cents,
            Note.text.label("note"),
            Staff.display_name.label("staff_name"),
        )
        .join(Prize, Prize.id == Delivery.prize_id)
        .outerjoin(Note, Note.digest == Delivery.note_digest)
        .outerjoin(Staff, Staff.id == Delivery.staff_id)
        .where(Delivery.site_id == site_id, Delivery.recorded_at >= begins, Delivery.recorded_at < ends)
        .order_by(Delivery.id)
        .limit(MOST)
    )
    waiting = session.execute(
        select(func.coalesce(func.sum(EntryRow.amount), 0))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(AccountRow.kind == "held", Transaction.site_id == site_id, Transaction.recorded_at < ends)
    ).scalar_one()
    return Inventory(
        site=site,
        is_being_counted=is_counted,
        since=since,
        until=until,
        lines=() if is_counted else lines,
        purchases=tuple(view_of(Purchase, row) for row in bought),
        waiting=int(waiting),
    )
