"""What was spent, and what is owed to clients, in money: sums of the ledger.

Owed are points that are not spent, draws not drawn, and slips not exchanged yet. Points are spent when a client takes a
prize for them, and a slip is spent when it is exchanged for one: nothing is spent and owed at once. Practice clients count
in neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.schedules.schedule import Bowl
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Enrollment, EntryRow, ScheduleVersion, Transaction
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.schedules.followed import followed_version, is_mistake
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.staff.sites import at_sites

_OF_CLIENTS = AccountRow.kind == "client"
_TIERS = f"{tier_unit('')}%"
# What a client takes a prize with, and what gives it back.
SPENDING = ("redemption", "undo")


@dataclass(frozen=True, slots=True)
class Owed:
    """What clients may still ask for, each as a number and in cents.

    A draw is worth what a slip of the client's bowl is worth on average; the sum is rounded to whole cents at the end.
    """

    points: int
    points_cents: int
    draws: int
    draws_cents: int
    slips: int
    slips_cents: int

    @property
    def cents(self) -> int:
        """Return all of it in money."""
        return self.points_cents + self.draws_cents + self.slips_cents


def owed_to_clients(session: Session, actor: Actor, today: date, site_id: int | None = None) -> Owed:
    """Return what is owed to the clients of the actor's sites, or of one of them."""
    here = (_OF_CLIENTS, AccountRow.balance > 0, counted_clients(), *_at(Client.site_id, actor, site_id))
    of_clients = select(AccountRow.client_id).join(Client, Client.id == AccountRow.client_id).where(*here)
    points = session.execute(
        select(func.coalesce(func.sum(AccountRow.balance), 0))
        .join(Client, Client.id == AccountRow.client_id)
        .where(*here, AccountRow.unit == "points")
    ).scalar_one()
    held = session.execute(
        select(AccountRow.client_id, AccountRow.unit, AccountRow.balance)
        .join(Client, Client.id == AccountRow.client_id)
        .where(*here, AccountRow.unit != "points")
    ).all()
    bowls = _bowls(session, of_clients.where(AccountRow.unit != "points"), today)
    draws, draws_worth, slips, slips_cents = 0, Fraction(0), 0, 0
    for row in held:
        bowl = bowls.get(row.client_id or 0)
        if row.unit == "draws":
            draws += row.balance
            draws_worth += Fraction(bowl.total_cents * row.balance, bowl.size) if bowl else 0
        elif row.unit.startswith(tier_unit("")):
            slips += row.balance
            slips_cents += row.balance * _worth(bowl, row.unit)
    whole = int(points or 0)
    # Half a cent is rounded up.
    return Owed(whole, whole * point_value(session), draws, int(draws_worth + Fraction(1, 2)), slips, slips_cents)


def spent_since(session: Session, actor: Actor, begins_at: datetime, today: date, site_id: int | None = None) -> int:
    """Return what clients took prizes for since an instant, at the actor's sites or at one of them, in cents.

    What was undone is not spent. A prize counts at the site that handed it out.
    """
    taken = (
        select(AccountRow.client_id, AccountRow.unit, func.sum(-EntryRow.amount).label("amount"))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(Client, Client.id == AccountRow.client_id)
        .where(
            _OF_CLIENTS,
            (AccountRow.unit == "points") | AccountRow.unit.like(_TIERS),
            Transaction.kind.in_(SPENDING),
            Transaction.recorded_at >= begins_at,
            counted_clients(),
            *_at(Transaction.site_id, actor, site_id),
        )
        .group_by(AccountRow.client_id, AccountRow.unit)
    )
    rows = session.execute(taken).all()
    with_slips = taken.with_only_columns(main_of(Client)).where(AccountRow.unit != "points").group_by(None)
    bowls = _bowls(session, with_slips, today)
    value = point_value(session)
    return sum(
        int(row.amount) * (value if row.unit == "points" else _worth(bowls.get(row.client_id or 0), row.unit))
        for row in rows
    )


def _bowls(session: Session, client_ids: Select[Any], today: date) -> Mapping[int, Bowl]:
    """Return the bowl of each client's newest enrollment that has one."""
    rows = session.execute(
        select(main_of(Record).label("client_id"), ScheduleVersion.document)
        .select_from(Enrollment)
        .join(Record, Record.id == Enrollment.client_id)
        .join(ScheduleVersion, ScheduleVersion.id == followed_version(today))
        .where(Enrollment.starts_on <= today, ~is_mistake(), main_of(Record).in_(client_ids))
        .order_by(Enrollment.starts_on, Enrollment.id)
    )
    found: dict[int, Bowl] = {}
    for row in rows:
        bowl = schedule_of(row.document).bowl
        if bowl is not None:
            found[row.client_id] = bowl
    return found


def _worth(bowl: Bowl | None, unit: str) -> int:
    slips = bowl.slips if bowl else ()
    return next((slip.cents for slip in slips if tier_unit(slip.tier) == unit), 0)


def _at(column: Any, actor: Actor, site_id: int | None) -> list[Any]:
    return [at_sites(column, actor), *([column == site_id] if site_id is not None else [])]
