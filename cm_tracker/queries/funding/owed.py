"""What was spent, and what is owed to clients, in money: sums of the ledger.

Owed are points that are not spent, draws not drawn, and slips not exchanged yet. Points are spent when a client takes a
prize for them, and a slip is spent when it is exchanged for one: nothing is spent and owed at once. Practice clients count
in neither.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.schedules.schedule import Bowl
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Draw, EntryRow, Trade, Transaction
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.clients.spans import ClientSpan, spans_of
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.prizes.draws import bowl_in
from cm_tracker.queries.prizes.trades import ids_of
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.staff.sites import at_sites

_OF_CLIENTS = AccountRow.kind == "client"
_TIERS = f"{tier_unit('')}%"
# What a client takes a prize with, and what gives it back.
SPENDING = ("redemption", "undo")


@dataclass(frozen=True, slots=True)
class Owed:
    """What clients may still ask for, each as a number and in cents.

    A draw is worth what a slip of the bowl is worth on average from which the client draws; the sum is rounded to whole
    cents at the end. A slip is worth what the bowl said on the day on which it was drawn.
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
    draws = {row.client_id: row.balance for row in held if row.unit == "draws"}
    slips = {(row.client_id, row.unit): row.balance for row in held if row.unit.startswith(tier_unit(""))}
    bowls = _bowls(session, draws, today)
    draws_worth = sum((_on_average(bowls.get(client_id), n) for client_id, n in draws.items()), Fraction(0))
    worth = _slips(session, {client_id for client_id, _ in slips})
    whole = int(points or 0)
    return Owed(
        points=whole,
        points_cents=whole * point_value(session),
        draws=sum(draws.values()),
        # Half a cent is rounded up.
        draws_cents=int(draws_worth + Fraction(1, 2)),
        slips=sum(slips.values()),
        slips_cents=sum(sum(worth.get(of, [])[-n:]) for of, n in slips.items()),
    )


def spent_since(session: Session, actor: Actor, begins_at: datetime, site_id: int | None = None) -> int:
    """Return what clients took prizes for since an instant, at the actor's sites or at one of them, in cents.

    What was undone is not spent. A prize counts at the site that handed it out.
    """
    rows = session.execute(
        select(main_of(Record).label("client_id"), AccountRow.unit, func.sum(-EntryRow.amount).label("amount"))
        .select_from(EntryRow)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(Record, Record.id == AccountRow.client_id)
        .where(
            _OF_CLIENTS,
            (AccountRow.unit == "points") | AccountRow.unit.like(_TIERS),
            Transaction.kind.in_(SPENDING),
            Transaction.recorded_at >= begins_at,
            counted_clients(Record),
            *_at(Transaction.site_id, actor, site_id),
        )
        .group_by(main_of(Record), AccountRow.unit)
    ).all()
    points = sum(int(row.amount) for row in rows if row.unit == "points")
    slips = {(row.client_id, row.unit): int(row.amount) for row in rows if row.unit != "points" and row.amount}
    client_ids = {client_id for client_id, _ in slips}
    worth = _slips(session, client_ids)
    left = _left(session, client_ids)
    spent = 0
    for of, n in slips.items():
        # The newest ones are left, and those before them were spent last. What was given back was spent before.
        gone = worth.get(of, [])[: len(worth.get(of, [])) - left.get(of, 0)]
        spent += sum(gone[-n:]) if n > 0 else -sum(worth.get(of, [])[len(gone) : len(gone) - n])
    return points * point_value(session) + spent


def _bowls(session: Session, client_ids: Collection[int], today: date) -> Mapping[int, Bowl]:
    """Return the bowl from which each client draws."""
    if not client_ids:
        return {}
    of_client: dict[int, list[ClientSpan]] = {}
    for span in spans_of(session, client_ids):
        of_client.setdefault(span.client_id, []).append(span)
    places = {client_id: bowl_in(spans, today) for client_id, spans in of_client.items()}
    return {client_id: place.bowl for client_id, place in places.items() if place is not None}


def _on_average(bowl: Bowl | None, draws: int) -> Fraction:
    return Fraction(bowl.total_cents * draws, bowl.size) if bowl is not None else Fraction(0)


def _slips(session: Session, client_ids: Collection[int]) -> dict[tuple[int, str], list[int]]:
    """Return by client and unit what each of their slips was worth on the day on which it was given, the oldest first.

    A slip that was traded for a larger one is gone, and the larger one is there in its place. Prizes are chosen for the
    oldest slips first.
    """
    if not client_ids:
        return {}
    of_clients = Record.id.in_(records_of(*client_ids))
    drawn = session.execute(
        select(Draw.id, main_of(Record).label("client_id"), Draw.given_tier, Draw.given_cents, Draw.transaction_id)
        .join(Record, Record.id == Draw.client_id)
        .where(of_clients, Draw.given_cents > 0)
    ).all()
    trades = session.execute(
        select(main_of(Record).label("client_id"), Trade.draws, Trade.to_tier, Trade.cents, Trade.transaction_id)
        .join(Record, Record.id == Trade.client_id)
        .where(of_clients)
    ).all()
    cents = {row.id: row.given_cents for row in drawn}
    traded = {draw_id for trade in trades for draw_id in ids_of(trade.draws)}
    given = [
        (row.transaction_id, row.client_id, row.given_tier, row.given_cents) for row in drawn if row.id not in traded
    ]
    # A trade gained so many cents beyond the slips for which it was made.
    given += [
        (row.transaction_id, row.client_id, row.to_tier, row.cents + sum(cents.get(of, 0) for of in ids_of(row.draws)))
        for row in trades
    ]
    found: dict[tuple[int, str], list[int]] = {}
    for _, client_id, tier, worth in sorted(given):
        found.setdefault((client_id, tier_unit(tier)), []).append(worth)
    return found


def _left(session: Session, client_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """Return by client and unit how many slips they still have."""
    if not client_ids:
        return {}
    rows = session.execute(
        select(AccountRow.client_id, AccountRow.unit, AccountRow.balance).where(
            _OF_CLIENTS, AccountRow.unit.like(_TIERS), AccountRow.client_id.in_(client_ids)
        )
    )
    return {(row.client_id or 0, row.unit): row.balance or 0 for row in rows}


def _at(column: Any, actor: Actor, site_id: int | None) -> list[Any]:
    return [at_sites(column, actor), *([column == site_id] if site_id is not None else [])]
