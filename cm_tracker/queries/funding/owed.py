"""What is owed to clients, in money: points that they have not spent, draws not drawn, and slips not exchanged yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.schedules.schedule import Bowl
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client
from cm_tracker.queries.clients.spans import ClientSpan
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.staff.sites import at_sites


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


def owed_to_clients(session: Session, actor: Actor, spans: Iterable[ClientSpan], today: date) -> Owed:
    """Return what is owed to the clients of the actor's sites. `spans` are their enrollments, by first day."""
    points = session.execute(
        select(func.coalesce(func.sum(AccountRow.balance), 0))
        .join(Client, Client.id == AccountRow.client_id)
        .where(AccountRow.kind == "client", AccountRow.unit == "points", at_sites(Client.site_id, actor))
    ).scalar_one()
    held = session.execute(
        select(AccountRow.client_id, AccountRow.unit, AccountRow.balance)
        .join(Client, Client.id == AccountRow.client_id)
        .where(
            AccountRow.kind == "client",
            AccountRow.unit != "points",
            AccountRow.balance > 0,
            at_sites(Client.site_id, actor),
        )
    ).all()
    bowls = _bowls(spans, {row.client_id for row in held}, today)
    draws, draws_worth, slips, slips_cents = 0, Fraction(0), 0, 0
    for row in held:
        bowl = bowls.get(row.client_id)
        if row.unit == "draws":
            draws += row.balance
            draws_worth += Fraction(bowl.total_cents * row.balance, bowl.size) if bowl else 0
        elif row.unit.startswith(tier_unit("")):
            slips += row.balance
            slips_cents += row.balance * _worth(bowl, row.unit)
    whole = int(points or 0)
    return Owed(whole, whole * point_value(session), draws, round(draws_worth), slips, slips_cents)


def _bowls(spans: Iterable[ClientSpan], client_ids: set[int | None], today: date) -> Mapping[int, Bowl]:
    """Return the bowl of each client's newest enrollment that has one."""
    found: dict[int, Bowl] = {}
    for span in spans:
        if span.client_id in client_ids:
            schedule = span.span.timeline.schedule_on(max(today, span.starts_on))
            if schedule.bowl is not None:
                found[span.client_id] = schedule.bowl
    return found


def _worth(bowl: Bowl | None, unit: str) -> int:
    slips = bowl.slips if bowl else ()
    return next((slip.cents for slip in slips if tier_unit(slip.tier) == unit), 0)
