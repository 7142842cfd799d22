"""The inventory of a site over a while: what was there, came, was handed out, was lost, and is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Delivery, EntryRow, Note, Prize, Staff, Transaction
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.views import view_of

MOST = 1000


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One prize: items at the beginning, moved, and at the end; `given` and `lost` count what left the shelf.

    What is set aside for a client counts as given: it is theirs.
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
        """Items on the shelf at the end."""
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
        """What all of it cost."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True)
class Inventory:
    """A site's report from a day to a day, both included, in its own time zone.

    `waiting` is how many items were set aside for clients at the end and not handed over yet.
    """

    site: SiteLine
    since: date
    until: date
    lines: tuple[InventoryLine, ...]
    purchases: tuple[Purchase, ...]
    waiting: int

    @property
    def spent_cents(self) -> int:
        """What the deliveries cost."""
        return sum(purchase.cents for purchase in self.purchases)

    @property
    def retail_cents(self) -> int:
        """What lies on the shelf at the end, at today's retail value."""
        return sum(line.after * line.retail_cents for line in self.lines)


def inventory(session: Session, actor: Actor, site_id: int, since: date, until: date) -> Inventory:
    """The inventory of one of the actor's sites. Raises `NotFound`."""
    site = site_of(session, actor, site_id)
    zone = ZoneInfo(site.time_zone)
    begins = datetime.combine(since, time(), zone)
    ends = datetime.combine(until + timedelta(days=1), time(), zone)
    # Every movement of a shelf has its other end in one account of the same transaction and unit.
    other = (
        select(AccountRow.kind)
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .where(EntryRow.transaction_id == Transaction.id, AccountRow.prize_id == Prize.id, AccountRow.kind != "cabinet")
        .limit(1)
        .scalar_subquery()
    )
    is_in = Transaction.recorded_at >= begins

    def moved(*kinds: str) -> Any:
        return func.coalesce(func.sum(case((is_in & other.in_(kinds), EntryRow.amount), else_=0)), 0)

    rows: Iterable[Any] = session.execute(
        select(
            Prize.name.label("prize_name"),
            Prize.tier,
            Prize.retail_cents,
            func.coalesce(func.sum(case((Transaction.recorded_at < begins, EntryRow.amount), else_=0)), 0).label(
                "before"
            ),
            moved("supplier").label("delivered"),
            (-moved("given", "held")).label("given"),
            (-moved("shrinkage")).label("lost"),
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
    return Inventory(site, since, until, lines, tuple(view_of(Purchase, row) for row in bought), int(waiting))
