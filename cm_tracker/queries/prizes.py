"""The catalog with what is on each shelf, and receipts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.corrections import check_redemption_undo
from cm_tracker.domain.draws import tier_unit
from cm_tracker.domain.errors import NotFound, Refused
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Account, Client, Note, Prize, Redemption, Site, Staff, Transaction
from cm_tracker.queries.clients import balances_of
from cm_tracker.queries.sites import at_sites

MOST = 500


@dataclass(frozen=True, slots=True)
class PrizeLine:
    """A prize of the catalog; `stock` is by site id."""

    id: int
    name: str
    name_es: str | None
    category: str
    price_points: int
    retail_cents: int
    is_active: bool
    tier: str | None
    stock: Mapping[int, int]

    def left_at(self, site_id: int) -> int:
        """How many are on a site's shelf."""
        return self.stock.get(site_id, 0)

    def name_in(self, language: str) -> str:
        """The name in a language, or the one that there is."""
        return self.name_es if language == "es" and self.name_es else self.name


@dataclass(frozen=True, slots=True)
class Receipt:
    """A redemption as it is shown and printed; one with a `tier` took a slip of it instead of points.

    `balance` is what the client has left: points, or slips of the tier.
    """

    id: int
    client_id: int
    client_code: str
    prize_name: str
    price_points: int
    quantity: int
    tier: str | None
    recorded_at: datetime
    site_name: str
    time_zone: str
    staff_name: str | None
    transaction_id: int
    staff_id: int | None
    undone_at: datetime | None
    undone_by: str | None
    why_undone: str | None
    balance: int
    may_undo: bool

    @property
    def cost(self) -> int:
        """The points that it took."""
        return self.price_points * self.quantity


def catalog(session: Session, actor: Actor, *, only_active: bool) -> tuple[PrizeLine, ...]:
    """The prizes by price, each with its stock at the actor's sites."""
    return _prizes(session, actor, only_active=only_active, prize_id=None)


def prize_line(session: Session, actor: Actor, prize_id: int) -> PrizeLine:
    """One prize of the catalog. Raises `NotFound`."""
    found = _prizes(session, actor, only_active=False, prize_id=prize_id)
    if not found:
        raise NotFound(what="prize")
    return found[0]


def _prizes(session: Session, actor: Actor, *, only_active: bool, prize_id: int | None) -> tuple[PrizeLine, ...]:
    stock: dict[int, dict[int, int]] = {}
    shelves = select(Account.prize_id, Account.site_id, Account.balance).where(
        Account.kind == "cabinet", at_sites(Account.site_id, actor)
    )
    chosen = (
        select(
            Prize.id,
            Prize.name,
            Prize.name_es,
            Prize.category,
            Prize.price_points,
            Prize.retail_cents,
            Prize.is_active,
            Prize.tier,
        )
        .order_by(Prize.price_points, Prize.name)
        .limit(MOST)
    )
    if only_active:
        chosen = chosen.where(Prize.is_active)
    if prize_id is not None:
        chosen = chosen.where(Prize.id == prize_id)
        shelves = shelves.where(Account.prize_id == prize_id)
    for of_prize, site_id, balance in session.execute(shelves):
        stock.setdefault(of_prize or 0, {})[site_id or 0] = balance or 0
    return tuple(PrizeLine(*row, stock.get(row.id, {})) for row in session.execute(chosen))


def receipt(session: Session, actor: Actor, redemption_id: int, now: datetime) -> Receipt:
    """A redemption of the actor's sites, and whether they may undo it now. Raises `NotFound`."""
    undo, undoer = aliased(Transaction), aliased(Staff)
    row: Any = session.execute(
        select(
            Redemption.id,
            Client.id.label("client_id"),
            Client.code,
            Redemption.prize_name,
            Redemption.price_points,
            Redemption.quantity,
            Redemption.tier,
            Redemption.recorded_at,
            Site.name,
            Site.time_zone,
            Staff.display_name,
            Redemption.transaction_id,
            Redemption.staff_id,
            undo.recorded_at,
            undoer.display_name,
            Note.text,
        )
        .join(Client, Client.id == Redemption.client_id)
        .join(Site, Site.id == Redemption.site_id)
        .outerjoin(Staff, Staff.id == Redemption.staff_id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .outerjoin(undoer, undoer.id == undo.staff_id)
        .outerjoin(Note, Note.digest == undo.note_digest)
        .where(Redemption.id == redemption_id, at_sites(Redemption.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="redemption")
    unit = tier_unit(row.tier) if row.tier else "points"
    found = Receipt(*(*row, balances_of(session, row.client_id).get(unit, 0), False))
    return replace(found, may_undo=found.undone_at is None and _may_undo(found, actor, now))


def _may_undo(found: Receipt, actor: Actor, now: datetime) -> bool:
    try:
        check_redemption_undo(found.staff_id, found.recorded_at, actor, now)
    except Refused:
        return False
    return actor.may("redemption:undo")
