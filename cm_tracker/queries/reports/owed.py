"""What was spent at some sites since a day, and what is owed to clients, in money: sums of the ledger.

Points are spent when a client takes a prize for them, and a draw is spent when it is drawn: what its slip is worth is
fixed from then on. Until then, points are owed at their worth and a draw at what its bowl is worth on average.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Draw, Enrollment, EntryRow, ScheduleVersion, Transaction
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.schedules.followed import followed_version, is_mistake
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class Owed:
    """What clients have and did not use yet. `cents` is what it is worth, half a cent rounded up."""

    points: int
    draws: int
    cents: int


def spent_since(
    session: Session, actor: Actor, site_id: int | None, first_day: date, begins_at: datetime
) -> int:  # fmt: skip
    """Return what was spent at the actor's sites, or at one of them, from a day on that begins at an instant, in cents.

    What was undone is not spent.
    """
    points = session.execute(
        select(func.coalesce(func.sum(EntryRow.amount), 0))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(
            AccountRow.kind == "spent",
            AccountRow.unit == "points",
            *_at(AccountRow.site_id, actor, site_id),
            Transaction.recorded_at >= begins_at,
        )
    ).scalar_one()
    drawn = session.execute(
        select(func.coalesce(func.sum(Draw.given_cents), 0)).where(
            Draw.happened_on >= first_day, *_at(Draw.site_id, actor, site_id)
        )
    ).scalar_one()
    return int(points or 0) * point_value(session) + int(drawn)


def owed_now(session: Session, actor: Actor, site_id: int | None, today: date) -> Owed:
    """Return what clients of the actor's sites, or of one of them, have in points and draws."""
    here = _at(Client.site_id, actor, site_id)
    of_client = (AccountRow.kind == "client") & (AccountRow.balance > 0)
    points = session.execute(
        select(func.coalesce(func.sum(AccountRow.balance), 0))
        .join(Client, Client.id == AccountRow.client_id)
        .where(of_client, AccountRow.unit == "points", *here)
    ).scalar_one()
    draws = {
        row.client_id: row.balance or 0
        for row in session.execute(
            select(AccountRow.client_id, AccountRow.balance)
            .join(Client, Client.id == AccountRow.client_id)
            .where(of_client, AccountRow.unit == "draws", *here)
        )
    }
    worth = _worth_of_a_draw(session, actor, site_id, today)
    cents = int(points or 0) * point_value(session) + sum(
        (count * worth.get(client_id, Fraction(0)) for client_id, count in draws.items()), Fraction(0)
    )
    return Owed(int(points or 0), sum(draws.values()), int(cents + Fraction(1, 2)))


def _worth_of_a_draw(session: Session, actor: Actor, site_id: int | None, today: date) -> Mapping[int, Fraction]:
    """Return what a draw of each client who has some is worth on average, by the bowl of their newest enrollment with one."""
    rows = session.execute(
        select(main_of(Record).label("client_id"), ScheduleVersion.document)
        .select_from(Enrollment)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(AccountRow, AccountRow.client_id == Client.id)
        .join(ScheduleVersion, ScheduleVersion.id == followed_version(today))
        .where(
            Enrollment.starts_on <= today,
            ~is_mistake(),
            AccountRow.kind == "client",
            AccountRow.unit == "draws",
            AccountRow.balance > 0,
            *_at(Client.site_id, actor, site_id),
        )
        .order_by(Enrollment.starts_on, Enrollment.id)
    )
    found: dict[int, Fraction] = {}
    for row in rows:
        bowl = schedule_of(row.document).bowl
        if bowl is not None:
            found[row.client_id] = Fraction(bowl.total_cents, bowl.size)
    return found


def _at(column: Any, actor: Actor, site_id: int | None) -> list[Any]:
    return [at_sites(column, actor), *([column == site_id] if site_id is not None else [])]
