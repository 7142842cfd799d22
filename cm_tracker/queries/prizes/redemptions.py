"""Receipts: what was handed out to a client and how the client confirmed it, and what is set aside."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound, Refused
from cm_tracker.domain.languages import in_language
from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.prizes.offers import SET_ASIDE, is_recently_confirmed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.corrections import check_redemption_undo
from cm_tracker.models import Client, GiftCard, Handover, Note, Prize, Redemption, Site, Staff, Transaction
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.clients.prize_names import NAME_ES
from cm_tracker.queries.clients.transfers import reaches_record
from cm_tracker.queries.paging import PAGE, Page, page_of
from cm_tracker.queries.prizes.by_hand import BORNE
from cm_tracker.queries.schedules.program import point_value_column
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.views import view_of

MOST_SET_ASIDE = 200


@dataclass(frozen=True, slots=True)
class Receipt:
    """A redemption as it is shown and printed. With a `tier` the client paid with slips of that tier, else with points.

    `confirmed` says how the client confirmed it (`domain.prizes.offers`; None for a redemption from before the program
    had confirmations), and `why_unconfirmed` why they did not. `handover_confirmed` and `why_handover_unconfirmed` say
    the same of the handover of what was set aside. `given_at` is when it was given by hand while the program was down, and `borne` are
    the points that the program bears of it. `settings` are those of the site of the redemption.
    """

    id: int
    site_id: int
    client_site_id: int
    client_id: int
    client_code: str
    prize_name: str
    prize_name_es: str | None
    price_points: int
    point_value_cents: int
    quantity: int
    tier: str | None
    last_four: str | None
    confirmed: str | None
    why_unconfirmed: str | None
    is_set_aside: bool
    recorded_at: datetime
    site_name: str
    time_zone: str
    staff_id: int | None
    staff_name: str | None
    transaction_id: int
    given_at: datetime | None
    borne: int
    handed_over_at: datetime | None
    handed_over_by_id: int | None
    handed_over_by: str | None
    handover_confirmed: str | None
    why_handover_unconfirmed: str | None
    undone_at: datetime | None
    undone_by: str | None
    why_undone: str | None
    settings: SiteSettings

    @property
    def cost(self) -> int:
        """Return the points that the client paid."""
        return self.price_points * self.quantity - self.borne

    @property
    def waits(self) -> bool:
        """Return whether it is set aside and not handed over yet."""
        return self.is_set_aside and self.handed_over_at is None and self.undone_at is None

    def name_in(self, language: str) -> str:
        """Return the prize's name in a language, or the name at the time of the redemption where it has none."""
        return in_language(language, self.prize_name, es=self.prize_name_es)

    def is_recently_confirmed(self, now: datetime) -> bool:
        """Return whether it can be handed over without another confirmation."""
        return is_recently_confirmed(self.confirmed, self.recorded_at, now, self.settings.confirmation_minutes)

    def is_within_reach(self, actor: Actor) -> bool:
        """Return whether the actor may act at the site whose shelf it came from, and at the client's, if they moved."""
        return actor.reaches(self.site_id) and actor.reaches(self.client_site_id)

    def check_undo(self, actor: Actor, now: datetime, *, is_back: bool = True) -> None:
        """Raise what `check_redemption_undo` raises where the actor may not undo it now."""
        check_redemption_undo(
            self.staff_id,
            self.recorded_at,
            actor,
            now,
            self.settings.undo_minutes,
            handed_over_by_id=self.handed_over_by_id,
            is_back=is_back,
        )

    def may_book_as_lost(self, actor: Actor, now: datetime) -> bool:
        """Return whether the actor may undo it also where the item is gone."""
        try:
            self.check_undo(actor, now, is_back=False)
        except Refused:
            return False
        return True

    def may_undo(self, actor: Actor, now: datetime) -> bool:
        """Return whether the actor may undo it now."""
        try:
            self.check_undo(actor, now)
        except Refused:
            return False
        return self.undone_at is None and self.is_within_reach(actor) and actor.may("redemption:undo")


@dataclass(frozen=True, slots=True)
class ReceiptCard:
    """A receipt with what the client has left: points, or slips of its tier. A site that they left does not see it."""

    receipt: Receipt
    balance: int | None


def receipt_card(session: Session, actor: Actor, redemption_id: int) -> ReceiptCard:
    """Return a redemption at the actor's sites or of a client there, with the client's balance. Raise `NotFound`."""
    receipts = _receipts(session, actor, Redemption.id == redemption_id)
    if not receipts:
        raise NotFound(what="redemption")
    if not actor.reaches(receipts[0].client_site_id):
        return ReceiptCard(receipt=receipts[0], balance=None)
    unit = tier_unit(receipts[0].tier) if receipts[0].tier else "points"
    return ReceiptCard(receipt=receipts[0], balance=balances_of(session, receipts[0].client_id).get(unit, 0))


def receipts_of(session: Session, actor: Actor, client_id: int, *, before: int | None = None) -> Page[Receipt]:
    """Return a page of a client's receipts that the actor may read, the newest first, with ids below `before`."""
    older = () if before is None else (Redemption.id < before,)
    receipts = _receipts(session, actor, Redemption.client_id.in_(records_of(client_id)), *older, limit=PAGE + 1)
    return page_of(receipts, [line.id for line in receipts])


def set_aside(session: Session, actor: Actor, *, client_id: int | None = None) -> tuple[Receipt, ...]:
    """Return what is set aside at the actor's sites, or for one client, and not handed over; the oldest first, at most 200."""
    is_waiting = (Redemption.way == SET_ASIDE, Handover.id.is_(None), _UNDO.id.is_(None))
    of_client = () if client_id is None else (Redemption.client_id.in_(records_of(client_id)),)
    receipts = _receipts(session, actor, *is_waiting, *of_client, limit=MOST_SET_ASIDE, is_oldest_first=True)
    return tuple(receipts)


def in_hand(session: Session, actor: Actor, client_id: int, tier: str, since: date) -> tuple[Receipt, ...]:
    """Return the prizes of a tier that a client got for slips since a day and may hand back, the newest first.

    Serial cards are left out: a card that a client had in their hands may be spent.
    """
    receipts = _receipts(
        session,
        actor,
        Redemption.client_id.in_(records_of(client_id)),
        Redemption.tier == tier,
        Redemption.card_id.is_(None),
        # What was handed out at another site cannot come back on the shelf here.
        Redemption.site_id == Client.site_id,
        _UNDO.id.is_(None),
        limit=MOST_SET_ASIDE,
    )
    return tuple(receipt for receipt in receipts if day_at(receipt.recorded_at, receipt.time_zone) >= since)


_UNDO, _UNDOER, _HANDER = aliased(Transaction), aliased(Staff), aliased(Staff)
_WHY, _WHY_OVER, _WHY_UNDONE = aliased(Note), aliased(Note), aliased(Note)


def _receipts(
    session: Session, actor: Actor, *where: ColumnElement[bool], limit: int = 1, is_oldest_first: bool = False
) -> list[Receipt]:
    rows: Any = session.execute(
        select(
            Redemption.id,
            Redemption.site_id,
            Client.site_id.label("client_site_id"),
            Client.id.label("client_id"),
            Client.code.label("client_code"),
            Redemption.prize_name,
            NAME_ES.label("prize_name_es"),
            Redemption.price_points,
            point_value_column().label("point_value_cents"),
            Redemption.quantity,
            Redemption.tier,
            GiftCard.last_four,
            Redemption.confirmed,
            _WHY.text.label("why_unconfirmed"),
            Redemption.way.is_not_distinct_from(SET_ASIDE).label("is_set_aside"),
            Redemption.recorded_at,
            Site.name.label("site_name"),
            Site.time_zone,
            Redemption.staff_id,
            Staff.display_name.label("staff_name"),
            Redemption.transaction_id,
            Redemption.given_at,
            BORNE.label("borne"),
            Handover.recorded_at.label("handed_over_at"),
            Handover.staff_id.label("handed_over_by_id"),
            _HANDER.display_name.label("handed_over_by"),
            Handover.confirmed.label("handover_confirmed"),
            _WHY_OVER.text.label("why_handover_unconfirmed"),
            _UNDO.recorded_at.label("undone_at"),
            _UNDOER.display_name.label("undone_by"),
            _WHY_UNDONE.text.label("why_undone"),
            Site.settings,
        )
        .join(Record, Record.id == Redemption.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Redemption.site_id)
        .join(Prize, Prize.id == Redemption.prize_id)
        .outerjoin(Staff, Staff.id == Redemption.staff_id)
        .outerjoin(GiftCard, GiftCard.id == Redemption.card_id)
        .outerjoin(_WHY, _WHY.digest == Redemption.note_digest)
        .outerjoin(Handover, Handover.redemption_id == Redemption.id)
        .outerjoin(_HANDER, _HANDER.id == Handover.staff_id)
        .outerjoin(_WHY_OVER, _WHY_OVER.digest == Handover.note_digest)
        .outerjoin(_UNDO, _UNDO.undoes_id == Redemption.transaction_id)
        .outerjoin(_UNDOER, _UNDOER.id == _UNDO.staff_id)
        .outerjoin(_WHY_UNDONE, _WHY_UNDONE.digest == _UNDO.note_digest)
        .where(reaches_record(Redemption.site_id, actor), *where)
        .order_by(Redemption.id if is_oldest_first else Redemption.id.desc())
        .limit(limit)
    )
    return [view_of(Receipt, row, settings=settings_from(row.settings)) for row in rows]
