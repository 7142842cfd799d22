"""What was bought for the cabinets of some sites in a month, and what was lost."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Delivery, EntryRow, Prize, Transaction
from cm_tracker.queries.paging import in_days
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class CabinetMonth:
    """A month of the cabinets: deliveries with a known cost, and what counts did not find, at today's retail value."""

    bought: int
    bought_cents: int
    lost: int
    lost_cents: int


def cabinet_month(session: Session, actor: Actor, first: date, today: date, time_zone: str) -> CabinetMonth:
    """Return what was bought and lost at the actor's sites from a day to today.

    Lost is what counts have booked as missing and undone redemptions did not bring back, less what was found again.
    """
    bought = session.execute(
        select(
            func.coalesce(func.sum(Delivery.quantity), 0),
            func.coalesce(func.sum(Delivery.quantity * Delivery.unit_cents), 0),
        ).where(in_days(Delivery.recorded_at, first, today, time_zone), at_sites(Delivery.site_id, actor))
    ).one()
    lost = session.execute(
        select(
            func.coalesce(func.sum(EntryRow.amount), 0),
            func.coalesce(func.sum(EntryRow.amount * Prize.retail_cents), 0),
        )
        .select_from(EntryRow)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Prize, Prize.id == AccountRow.prize_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(
            AccountRow.kind == "shrinkage",
            in_days(Transaction.recorded_at, first, today, time_zone),
            at_sites(AccountRow.site_id, actor),
        )
    ).one()
    return CabinetMonth(int(bought[0]), int(bought[1]), int(lost[0]), int(lost[1]))
