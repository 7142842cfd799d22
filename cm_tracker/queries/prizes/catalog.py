"""The catalog of prizes, with the stock on each shelf, the pictures, and what a client has had of a limited prize."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.languages import in_language
from cm_tracker.domain.prizes.catalog import PrizeLimit
from cm_tracker.domain.schedules.point_value import points_for
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Prize, PrizePicture, Redemption, Transaction
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.prizes.by_hand import HANDED_AT
from cm_tracker.queries.prizes.rounds import sites_being_counted
from cm_tracker.queries.schedules.program import point_value_column
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 500
# More than any limit allows, many times over.
MOST_HAD = 5000


@dataclass(frozen=True, slots=True)
class PrizeLine:
    """A prize of the catalog.

    `picture` is the digest of its picture in hex, `stock` the number of items on the shelf by site id. At the sites in
    `counted_at` the cabinet is being counted: no page shows how many are there.
    """

    id: int
    name: str
    name_es: str | None
    category: str
    price_cents: int
    retail_cents: int
    is_active: bool
    tier: str | None
    description: str | None
    description_es: str | None
    site_id: int | None
    limit_count: int | None
    limit_days: int | None
    is_serial: bool
    picture: str | None
    point_value_cents: int
    stock: Mapping[int, int]
    counted_at: frozenset[int]

    @property
    def price_points(self) -> int:
        """Return the price in points."""
        return points_for(self.price_cents, self.point_value_cents)

    @property
    def limit(self) -> PrizeLimit | None:
        """Return how many of it one client may have, or None without a limit."""
        return None if self.limit_count is None else PrizeLimit(self.limit_count, self.limit_days)

    def left_at(self, site_id: int) -> int:
        """Return how many are on a site's shelf."""
        return self.stock.get(site_id, 0)

    def is_counted_at(self, site_id: int) -> bool:
        """Return whether a site's cabinet is being counted, so that nobody may see the number."""
        return site_id in self.counted_at

    def name_in(self, language: str) -> str:
        """Return the name in a language, or in English where it has none."""
        return in_language(language, self.name, es=self.name_es)

    def description_in(self, language: str) -> str | None:
        """Return the description in a language, or in English where it has none."""
        return in_language(language, self.description, es=self.description_es)


def catalog(session: Session, actor: Actor, *, only_active: bool) -> tuple[PrizeLine, ...]:
    """Return the prizes of the actor's sites, the cheapest first, each with its stock at these sites; at most 500."""
    return _prizes(session, actor, Prize.is_active.is_(True) if only_active else true())


def catalog_at(session: Session, actor: Actor, site_id: int) -> tuple[PrizeLine, ...]:
    """Return the prizes that can be handed out at one of the actor's sites, the cheapest first."""
    return _prizes(session, actor, Prize.is_active.is_(True), of_site(site_id))


def of_site(site_id: int) -> ColumnElement[bool]:
    """Return the condition that a prize may be handed out at a site: it belongs to every site, or to this one."""
    return or_(Prize.site_id.is_(None), Prize.site_id == site_id)


def prize_line(session: Session, actor: Actor, prize_id: int) -> PrizeLine:
    """Return one prize of the catalog. Raise `NotFound`."""
    lines = _prizes(session, actor, Prize.id == prize_id)
    if not lines:
        raise NotFound(what="prize")
    return lines[0]


def picture(session: Session, digest: bytes) -> bytes:
    """Return the picture with this digest, as `pictures.reencode` made it. Raise `NotFound`."""
    image = session.execute(select(PrizePicture.image).where(PrizePicture.digest == digest)).scalar_one_or_none()
    if image is None:
        raise NotFound(what="picture")
    return bytes(image)


def had_of(
    session: Session, client_id: int, time_zone: str, *, prize_id: int | None = None
) -> dict[int, list[tuple[date, int]]]:
    """Return which prizes with a limit a client got and did not give back: by prize id, as (day, how many)."""
    undone = aliased(Transaction)
    query = (
        select(Redemption.prize_id, HANDED_AT, Redemption.quantity)
        .join(Prize, Prize.id == Redemption.prize_id)
        .outerjoin(undone, undone.undoes_id == Redemption.transaction_id)
        .where(Redemption.client_id.in_(records_of(client_id)), Prize.limit_count.is_not(None), undone.id.is_(None))
        .order_by(Redemption.id.desc())
        .limit(MOST_HAD)
    )
    if prize_id is not None:
        query = query.where(Prize.id == prize_id)
    had: dict[int, list[tuple[date, int]]] = {}
    for of_prize, at, quantity in session.execute(query):
        had.setdefault(of_prize, []).append((day_at(at, time_zone), quantity))
    return had


def _prizes(session: Session, actor: Actor, *where: ColumnElement[bool]) -> tuple[PrizeLine, ...]:
    stock: dict[int, dict[int, int]] = {}
    query = (
        select(
            Prize.id,
            Prize.name,
            Prize.name_es,
            Prize.category,
            Prize.price_cents,
            Prize.retail_cents,
            Prize.is_active,
            Prize.tier,
            Prize.description,
            Prize.description_es,
            Prize.site_id,
            Prize.limit_count,
            Prize.limit_days,
            Prize.is_serial,
            Prize.picture,
            point_value_column().label("point_value_cents"),
        )
        .where(or_(Prize.site_id.is_(None), at_sites(Prize.site_id, actor)), *where)
        .order_by(Prize.price_cents, Prize.name)
        .limit(MOST)
    )
    rows: Sequence[Any] = session.execute(query).all()
    shelves = (
        select(AccountRow.prize_id, AccountRow.site_id, func.sum(AccountRow.balance))
        .where(
            AccountRow.kind == "cabinet",
            AccountRow.prize_id.in_([row.id for row in rows]),
            at_sites(AccountRow.site_id, actor),
        )
        .group_by(AccountRow.prize_id, AccountRow.site_id)
    )
    for of_prize, site_id, balance in session.execute(shelves):
        stock.setdefault(of_prize or 0, {})[site_id or 0] = int(balance or 0)
    counted_at = sites_being_counted(session, actor)
    return tuple(
        view_of(
            PrizeLine,
            row,
            picture=bytes(row.picture).hex() if row.picture else None,
            stock=stock.get(row.id, {}),
            counted_at=counted_at,
        )
        for row in rows
    )
