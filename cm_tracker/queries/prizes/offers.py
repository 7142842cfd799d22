"""Offers of prizes to clients."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.languages import in_language
from cm_tracker.domain.prizes.catalog import GIFT_CARD
from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Offer, Prize, Redemption, Site, Transaction
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.schedules.program import point_value_column
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 5
# So many slips wait for one confirmation, and so long staff see those that were confirmed.
MOST_SLIPS = 12
SLIPS_FOR = timedelta(hours=1)
# How long the kiosk shows that an offer was declined there.
DECLINED_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A prize that a client may confirm.

    `minutes` is how long the offer stays open. `balance` is what the client has now: points, or slips of the `tier`.
    """

    id: int
    client_id: int
    client_code: str
    language: str
    has_pin: bool
    time_zone: str
    prize_name: str
    prize_name_es: str | None
    category: str
    picture: str | None
    price_points: int
    point_value_cents: int
    quantity: int
    tier: str | None
    is_set_aside: bool
    offered_at: datetime
    withdrawn_at: datetime | None
    withdrawn_via: str | None
    redemption_id: int | None
    minutes: int
    balance: int

    @property
    def is_gift_card(self) -> bool:
        """Return whether the client promises with it what it will not pay for."""
        return self.category == GIFT_CARD

    @property
    def cost(self) -> int:
        """Return the price of all of it: in slips where it has a `tier`, else in points."""
        return self.quantity if self.tier else self.price_points * self.quantity

    @property
    def is_affordable(self) -> bool:
        """Return whether the client has what it takes."""
        return self.balance >= self.cost

    @property
    def ends_at(self) -> datetime:
        """Return until when it can be confirmed."""
        return self.offered_at + timedelta(minutes=self.minutes)

    @property
    def is_unanswered(self) -> bool:
        """Return whether the client has neither confirmed nor declined it, and nobody withdrew it."""
        return self.redemption_id is None and self.withdrawn_at is None

    def is_open(self, now: datetime) -> bool:
        """Return whether the client may still confirm it."""
        return self.is_unanswered and now <= self.ends_at

    def name_in(self, language: str) -> str:
        """Return the prize's name in a language, or in English where it has none."""
        return in_language(language, self.prize_name, es=self.prize_name_es)


def offer_card(session: Session, actor: Actor, offer_id: int) -> OfferCard:
    """Return an offer to a client of the actor's sites. Raise `NotFound`."""
    cards = _offers(session, Offer.id == offer_id, at_sites(Client.site_id, actor))
    if not cards:
        raise NotFound(what="offer")
    return cards[0]


def offers_lately(session: Session, client_id: int, now: datetime, offer_minutes: int) -> tuple[OfferCard, ...]:
    """Return a client's offers that are open or were answered at the kiosk minutes ago; at most twelve.

    An offer whose redemption was undone is left out. `offer_minutes` is how long an offer stays open at the site.
    """
    undo = aliased(Transaction)
    redeemed = (
        select(Redemption.id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(Redemption.id == Offer.redemption_id, Redemption.via == "kiosk", undo.id.is_(None))
    )
    is_open = Offer.redemption_id.is_(None) & Offer.withdrawn_at.is_(None)
    is_declined = (Offer.withdrawn_via == "kiosk") & (Offer.withdrawn_at >= now - DECLINED_FOR)
    is_shown = or_(is_open, redeemed.exists(), is_declined)
    # Staff who went back and offered the same prize again meant it once: only its newest offer is shown. The same prize
    # for two slips is offered at one instant.
    newer = aliased(Offer)
    is_newest = ~(
        select(newer.id)
        .where(
            newer.client_id == Offer.client_id,
            newer.prize_id == Offer.prize_id,
            newer.id > Offer.id,
            or_(Offer.tier.is_(None), newer.offered_at > Offer.offered_at),
        )
        .exists()
    )
    is_recent = Offer.offered_at >= now - timedelta(minutes=offer_minutes)
    return _offers(session, Offer.client_id == client_id, is_recent, is_shown, is_newest, most=MOST_SLIPS)


def slip_offers(session: Session, actor: Actor, client_id: int, now: datetime) -> tuple[OfferCard, ...]:
    """Return the offers for a client's slips that were made in the last hour, in their order; at most 24.

    They are open or confirmed: those that were withdrawn are left out. The client is one of the actor's sites.
    """
    found = _offers(
        session,
        Offer.client_id.in_(records_of(client_id)),
        Offer.tier.is_not(None),
        Offer.withdrawn_at.is_(None),
        Offer.offered_at >= now - SLIPS_FOR,
        at_sites(Client.site_id, actor),
        most=2 * MOST_SLIPS,
    )
    return tuple(reversed(found))


def _offers(session: Session, *where: ColumnElement[bool], most: int = MOST) -> tuple[OfferCard, ...]:
    rows: Any = session.execute(
        select(
            Offer.id,
            Client.id.label("client_id"),
            Client.code.label("client_code"),
            Client.language,
            Client.pin_hash.is_not(None).label("has_pin"),
            Site.time_zone,
            Offer.prize_name,
            Prize.name_es.label("prize_name_es"),
            Prize.category,
            Prize.picture,
            Offer.price_points,
            point_value_column().label("point_value_cents"),
            Offer.quantity,
            Offer.tier,
            Offer.is_set_aside,
            Offer.offered_at,
            Offer.withdrawn_at,
            Offer.withdrawn_via,
            Offer.redemption_id,
            Site.settings.label("minutes"),
        )
        .join(Record, Record.id == Offer.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .join(Prize, Prize.id == Offer.prize_id)
        .where(*where)
        .order_by(Offer.id.desc())
        .limit(most)
    ).all()
    if not rows:
        return ()
    balances = balances_of(session, rows[0].client_id)
    return tuple(
        view_of(
            OfferCard,
            row,
            minutes=settings_from(row.minutes).offer_minutes,
            picture=bytes(row.picture).hex() if row.picture else None,
            balance=balances.get(tier_unit(row.tier) if row.tier else "points", 0),
        )
        for row in rows
    )
