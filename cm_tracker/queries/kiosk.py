"""The one card that the kiosk shows. No name, no substance, no result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, EntryRow, KioskSession, Site, Transaction
from cm_tracker.passwords import token_hash
from cm_tracker.queries.clients.clients import TrackState, balances_of, current_enrollment
from cm_tracker.queries.ledger.expiry import spend_by
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog_at, had_of
from cm_tracker.queries.prizes.draws import won_of
from cm_tracker.queries.prizes.offers import OfferCard, offers_lately
from cm_tracker.queries.prizes.redemptions import Receipt, set_aside
from cm_tracker.queries.prizes.trades import TradeUp, trade_up
from cm_tracker.queries.staff.site_settings import settings_from

LAST_VISITS = 5
MOST_PRIZES = 6
PUT_RIGHT_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class KioskVisit:
    """A day, and what it earned."""

    happened_on: date
    paid: int
    unit: str


@dataclass(frozen=True, slots=True)
class PutRight:
    """What was paid later, on a day, for visits that were worked out anew."""

    on: date
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class KioskCard:
    """What a client sees: what they have, their runs, what comes next, and what it buys.

    `prizes` are the dearest within reach, and `more_prizes` how many others are. `won` is how many slips of each tier wait to be handed out; `spend_by` is the last day of their points, once it is near;
    `offers` wait for their word, or were confirmed minutes ago; `set_aside` waits to be handed over.
    """

    points: int
    draws: int
    won: Mapping[str, int]
    language: str
    seconds_left: int
    tracks: tuple[TrackState, ...]
    is_over: bool
    prizes: tuple[PrizeLine, ...]
    more_prizes: int
    next_prize: PrizeLine | None
    visits: tuple[KioskVisit, ...]
    put_right: tuple[PutRight, ...]
    ceilings: tuple[CeilingUse, ...]
    spend_by: date | None
    offers: tuple[OfferCard, ...]
    set_aside: tuple[Receipt, ...]
    trade: TradeUp | None

    @property
    def asks(self) -> bool:
        """Whether an offer waits for the client's word."""
        return any(offer.redemption_id is None and offer.withdrawn_at is None for offer in self.offers)

    @property
    def collects_points(self) -> bool:
        """Whether points are anything to this client: they have some, or not every visit pays draws."""
        return bool(self.points) or not self.tracks or any(line.state.unit == "points" for line in self.tracks)


def kiosk_card(session: Session, token: str, now: datetime) -> KioskCard | None:
    """The card that a token opens, or None when its time is over."""
    row = session.execute(
        select(
            KioskSession.client_id,
            KioskSession.ends_at,
            Client.site_id,
            Client.language,
            Site.time_zone,
            Site.settings,
        )
        .join(Client, Client.id == KioskSession.client_id)
        .join(Site, Site.id == Client.site_id)
        .where(KioskSession.token_hash == token_hash(token), KioskSession.ends_at > now)
    ).one_or_none()
    if row is None:
        return None
    today, settings = day_at(now, row.time_zone), settings_from(row.settings)
    balances = balances_of(session, row.client_id)
    enrollment = current_enrollment(session, row.client_id, today)
    at_site = Actor(None, "", frozenset({row.site_id}), "kiosk")
    shelf = [p for p in catalog_at(session, at_site, row.site_id) if p.left_at(row.site_id)]
    if any(p.limit for p in shelf):
        had = had_of(session, row.client_id, row.time_zone)
        shelf = [p for p in shelf if p.limit is None or p.limit.left(had.get(p.id, []), today)]
    within = [p for p in shelf if p.price_points <= balances["points"]]
    beyond = [p for p in shelf if p.price_points > balances["points"]]
    return KioskCard(
        points=balances["points"],
        draws=balances.get("draws", 0),
        won=won_of(balances),
        language=row.language,
        seconds_left=int((row.ends_at - now).total_seconds()),
        tracks=enrollment.tracks if enrollment else (),
        is_over=enrollment.is_over if enrollment else True,
        prizes=tuple(within[-MOST_PRIZES:]),
        more_prizes=max(len(within) - MOST_PRIZES, 0),
        next_prize=beyond[0] if beyond else None,
        visits=tuple(
            KioskVisit(line.visit.happened_on, line.result.paid, line.result.unit)
            for line in (enrollment.visits[:LAST_VISITS] if enrollment else ())
        ),
        put_right=_put_right(session, row.client_id, row.time_zone, now),
        ceilings=tuple(use for use in enrollment.ceilings if use.is_near) if enrollment else (),
        spend_by=spend_by(session, row.client_id, today) if settings.expiry_weeks else None,
        offers=offers_lately(session, row.client_id, now, settings.offer_minutes),
        set_aside=set_aside(session, at_site, client_id=row.client_id),
        trade=trade_up(session, at_site, row.client_id, today) if settings.trade_days else None,
    )


@dataclass(frozen=True, slots=True)
class KioskVisitor:
    """Who stands at the kiosk, since when, and for how long."""

    client_id: int
    language: str
    started_at: datetime
    seconds_left: int
    actor: Actor


def kiosk_visitor(session: Session, token: str, now: datetime) -> KioskVisitor | None:
    """Whose card a token has open, or None when its time is over."""
    row = session.execute(
        select(KioskSession.client_id, Client.language, KioskSession.started_at, KioskSession.ends_at, Client.site_id)
        .join(Client, Client.id == KioskSession.client_id)
        .where(KioskSession.token_hash == token_hash(token), KioskSession.ends_at > now)
    ).one_or_none()
    if row is None:
        return None
    seconds = int((row.ends_at - now).total_seconds())
    at_site = Actor(None, "", frozenset({row.site_id}), "kiosk")
    return KioskVisitor(row.client_id, row.language, row.started_at, seconds, at_site)


def _put_right(session: Session, client_id: int, time_zone: str, now: datetime) -> tuple[PutRight, ...]:
    """What corrections of the last days brought the client, newest first."""
    rows = session.execute(
        select(Transaction.recorded_at, EntryRow.unit, func.sum(EntryRow.amount))
        .join(EntryRow, EntryRow.transaction_id == Transaction.id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(
            Transaction.client_id == client_id,
            Transaction.kind == "correction",
            Transaction.recorded_at > now - PUT_RIGHT_FOR,
            AccountRow.kind == "client",
        )
        .group_by(Transaction.id, Transaction.recorded_at, EntryRow.unit)
        .having(func.sum(EntryRow.amount) > 0)
        .order_by(Transaction.id.desc())
        .limit(LAST_VISITS)
    )
    return tuple(PutRight(day_at(at, time_zone), int(amount), unit) for at, unit, amount in rows)
