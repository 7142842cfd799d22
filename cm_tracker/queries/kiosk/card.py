"""The card that the kiosk shows to a client. It has no name, no substance and no result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.timeline import Pause
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, EntryRow, KioskSession, Site, Transaction
from cm_tracker.passwords import token_hash
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollment_cards import TrackState, current_enrollment
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.day.closed_day_pages import closed_lately
from cm_tracker.queries.ledger.expiry import spend_by
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog_at, had_of
from cm_tracker.queries.prizes.draws import won_of
from cm_tracker.queries.prizes.offers import OfferCard, offers_lately
from cm_tracker.queries.prizes.redemptions import Receipt, set_aside
from cm_tracker.queries.prizes.trades import TradeUp, trade_up
from cm_tracker.queries.schedules.program import currency_column, point_value_column
from cm_tracker.queries.staff.site_settings import settings_from

LAST_VISITS = 5
MOST_PRIZES = 6
SHOW_CORRECTIONS_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class KioskVisit:
    """A visit: its day and what it paid."""

    happened_on: date
    paid: int
    unit: str


@dataclass(frozen=True, slots=True)
class PaidCorrection:
    """What a correction of earlier visits paid to the client, and on which day."""

    on: date
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class KioskCard:
    """What a client sees: their points and draws, their runs, what the next visit earns, and the prizes.

    `currency` is the program's, in which everything is worth what the card says.
    `prizes` are the most expensive ones that the client can pay for, and `more_prizes` is the number of the others.
    `next_prize` is the cheapest one that they cannot pay for yet. `won` is the number of slips of each tier whose prize
    is not chosen yet. `spend_by` is the last day on which their points can be spent, if it is near or the enrollment has
    ended. `pause` is the pause of today, and `has_ended` says whether staff ended the enrollment. `offers` are open or were
    answered at the kiosk a few minutes ago. `set_aside` are prizes that were not handed over yet.
    `closed_on` is a closed day of the last week for which the client was excused.
    """

    points: int
    point_value_cents: int
    currency: str
    draws: int
    won: Mapping[str, int]
    language: str
    seconds_left: int
    tracks: tuple[TrackState, ...]
    pause: Pause | None
    has_ended: bool
    prizes: tuple[PrizeLine, ...]
    more_prizes: int
    next_prize: PrizeLine | None
    visits: tuple[KioskVisit, ...]
    paid_corrections: tuple[PaidCorrection, ...]
    ceilings: tuple[CeilingUse, ...]
    spend_by: date | None
    offers: tuple[OfferCard, ...]
    set_aside: tuple[Receipt, ...]
    trade: TradeUp | None
    closed_on: date | None = None

    @property
    def has_open_offer(self) -> bool:
        """Return whether there is an offer that the client can confirm or decline."""
        return self.first_open_offer_id is not None

    @property
    def first_open_offer_id(self) -> int | None:
        """Return the id of the first open offer, or None. Its button is the primary one of the page."""
        return next((offer.id for offer in self.offers if offer.is_unanswered), None)

    @property
    def waiting_slips(self) -> tuple[OfferCard, ...]:
        """Return the open offers for slips: one PIN confirms all of them."""
        return tuple(offer for offer in self.offers if offer.tier and offer.is_unanswered)

    @property
    def can_trade_at_once(self) -> bool:
        """Return whether five small slips can be traded up without handing anything back."""
        return self.trade is not None and self.trade.is_enough and not self.trade.to_hand_back

    @property
    def is_running(self) -> bool:
        """Return whether visits can be paid now: the program is neither paused nor over."""
        return (
            self.pause is None and not self.has_ended and any(line.state.next_due is not None for line in self.tracks)
        )

    @property
    def collects_points(self) -> bool:
        """Return whether points matter to this client: they have some, or a track pays points."""
        return bool(self.points) or not self.tracks or any(line.state.unit == "points" for line in self.tracks)


def kiosk_card(session: Session, token: str, now: datetime) -> KioskCard | None:
    """Return the card of the kiosk session with this token, or None if the session has ended."""
    row = session.execute(
        select(
            Client.id.label("client_id"),
            KioskSession.ends_at,
            Client.site_id,
            Client.language,
            Site.time_zone,
            Site.settings,
            point_value_column().label("point_value_cents"),
            currency_column().label("currency"),
        )
        .join(Record, Record.id == KioskSession.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(KioskSession.token_hash == token_hash(token), KioskSession.ends_at > now)
    ).one_or_none()
    if row is None:
        return None
    today, settings = day_at(now, row.time_zone), settings_from(row.settings)
    balances = balances_of(session, row.client_id)
    enrollment = current_enrollment(session, row.client_id, today)
    has_ended = enrollment is not None and enrollment.span.end is not None
    at_site = Actor(None, "", frozenset({row.site_id}), "kiosk")
    shelf = [prize for prize in catalog_at(session, at_site, row.site_id) if prize.left_at(row.site_id)]
    if any(prize.limit for prize in shelf):
        had = had_of(session, row.client_id, row.time_zone)
        shelf = [prize for prize in shelf if prize.limit is None or prize.limit.left(had.get(prize.id, []), today)]
    affordable = [prize for prize in shelf if prize.price_points <= balances["points"]]
    too_expensive = [prize for prize in shelf if prize.price_points > balances["points"]]
    return KioskCard(
        points=balances["points"],
        point_value_cents=row.point_value_cents,
        currency=row.currency,
        draws=balances.get("draws", 0),
        won=won_of(balances),
        language=row.language,
        seconds_left=int((row.ends_at - now).total_seconds()),
        tracks=enrollment.tracks if enrollment else (),
        pause=enrollment.pause if enrollment and not has_ended else None,
        has_ended=has_ended,
        prizes=tuple(affordable[-MOST_PRIZES:]),
        more_prizes=max(len(affordable) - MOST_PRIZES, 0),
        next_prize=too_expensive[0] if too_expensive else None,
        visits=tuple(
            KioskVisit(happened_on=line.visit.happened_on, paid=line.result.paid, unit=line.result.unit)
            for line in (enrollment.visits[:LAST_VISITS] if enrollment else ())
        ),
        paid_corrections=_paid_corrections(session, row.client_id, row.time_zone, now),
        ceilings=enrollment.near_ceilings if enrollment and not has_ended else (),
        spend_by=spend_by(session, row.client_id, today, always=has_ended) if settings.expiry_weeks else None,
        offers=offers_lately(session, row.client_id, now, settings.offer_minutes),
        set_aside=set_aside(session, at_site, client_id=row.client_id),
        trade=trade_up(session, at_site, row.client_id, today) if settings.trade_days else None,
        closed_on=closed_lately(session, row.client_id, today),
    )


def _paid_corrections(session: Session, client_id: int, time_zone: str, now: datetime) -> tuple[PaidCorrection, ...]:
    """Return what corrections of the last two weeks paid to the client, newest first."""
    rows = session.execute(
        select(Transaction.recorded_at, EntryRow.unit, func.sum(EntryRow.amount))
        .join(EntryRow, EntryRow.transaction_id == Transaction.id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(
            Transaction.client_id.in_(records_of(client_id)),
            Transaction.kind == "correction",
            Transaction.recorded_at > now - SHOW_CORRECTIONS_FOR,
            AccountRow.kind == "client",
        )
        .group_by(Transaction.id, Transaction.recorded_at, EntryRow.unit)
        .having(func.sum(EntryRow.amount) > 0)
        .order_by(Transaction.id.desc())
        .limit(LAST_VISITS)
    )
    return tuple(PaidCorrection(on=day_at(at, time_zone), amount=int(amount), unit=unit) for at, unit, amount in rows)
