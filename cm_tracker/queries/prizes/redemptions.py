"""Receipts: what was handed out, to whom, on whose word, and what waits to be handed over."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound, Refused
from cm_tracker.domain.languages import in_language
from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.prizes.offers import SET_ASIDE, is_confirmed_lately
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.corrections import check_redemption_undo
from cm_tracker.models import Client, GiftCard, Handover, Note, Prize, Redemption, Site, Staff, Transaction
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.paging import PAGE, Page, page_of
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites

MOST_SET_ASIDE = 200


@dataclass(frozen=True, slots=True)
class Receipt:
    """A redemption as it is shown and printed; one with a `tier` took a slip of it instead of points.

    `confirmed` says how the client agreed (`domain.offers`; None before there were confirmations) and
    `why_unconfirmed` why they did not; the same of the handover of what was set aside. `settings` are
    those of the site at which it was redeemed.
    """

    id: int
    client_id: int
    client_code: str
    prize_name: str
    prize_name_es: str | None
    price_points: int
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
    handed_over_at: datetime | None
    handed_over_by: str | None
    handover_confirmed: str | None
    why_handover_unconfirmed: str | None
    undone_at: datetime | None
    undone_by: str | None
    why_undone: str | None
    settings: SiteSettings

    @property
    def cost(self) -> int:
        """The points that it took."""
        return self.price_points * self.quantity

    @property
    def waits(self) -> bool:
        """Whether it is set aside and waits for the client."""
        return self.is_set_aside and self.handed_over_at is None and self.undone_at is None

    def name_in(self, language: str) -> str:
        """Return the prize's name in a language, or the one of that day where it has none."""
        return in_language(language, self.prize_name, es=self.prize_name_es)

    def is_confirmed_lately(self, now: datetime) -> bool:
        """Whether the client has to confirm no more when it is handed over."""
        return is_confirmed_lately(self.confirmed, self.recorded_at, now, self.settings.confirmation_minutes)

    def may_undo(self, actor: Actor, now: datetime) -> bool:
        """Whether somebody may undo it now."""
        try:
            check_redemption_undo(self.staff_id, self.recorded_at, actor, now, self.settings.undo_minutes)
        except Refused:
            return False
        return self.undone_at is None and actor.may("redemption:undo")


@dataclass(frozen=True, slots=True)
class ReceiptCard:
    """A receipt with what the client has left: points, or slips of its tier."""

    receipt: Receipt
    balance: int


def receipt_card(session: Session, actor: Actor, redemption_id: int) -> ReceiptCard:
    """A redemption of the actor's sites. Raises `NotFound`."""
    found = _receipts(session, actor, Redemption.id == redemption_id)
    if not found:
        raise NotFound(what="redemption")
    unit = tier_unit(found[0].tier) if found[0].tier else "points"
    return ReceiptCard(found[0], balances_of(session, found[0].client_id).get(unit, 0))


def receipts_of(session: Session, actor: Actor, client_id: int, *, before: int | None = None) -> Page[Receipt]:
    """The receipts of a client of the actor's sites, newest first, a page at a time."""
    older = () if before is None else (Redemption.id < before,)
    found = _receipts(session, actor, Redemption.client_id == client_id, *older, limit=PAGE + 1)
    return page_of(found, [line.id for line in found])


def set_aside(session: Session, actor: Actor, *, client_id: int | None = None) -> tuple[Receipt, ...]:
    """What is set aside at the actor's sites, or for one client, and waits: the oldest first, at most 200."""
    waits = (Redemption.way == SET_ASIDE, Handover.id.is_(None), _UNDO.id.is_(None))
    of_client = () if client_id is None else (Redemption.client_id == client_id,)
    found = _receipts(session, actor, *waits, *of_client, limit=MOST_SET_ASIDE, is_oldest_first=True)
    return tuple(found)


def in_hand(session: Session, actor: Actor, client_id: int, tier: str, since: date) -> tuple[Receipt, ...]:
    """Prizes of a tier that a client was given for slips since a day and could hand back, newest first; no cards.

    A card that was in somebody's hands may be empty.
    """
    found = _receipts(
        session,
        actor,
        Redemption.client_id == client_id,
        Redemption.tier == tier,
        Redemption.card_id.is_(None),
        _UNDO.id.is_(None),
        limit=MOST_SET_ASIDE,
    )
    return tuple(receipt for receipt in found if day_at(receipt.recorded_at, receipt.time_zone) >= since)


_UNDO, _UNDOER, _HANDER = aliased(Transaction), aliased(Staff), aliased(Staff)
_WHY, _WHY_OVER, _WHY_UNDONE = aliased(Note), aliased(Note), aliased(Note)


def _receipts(
    session: Session, actor: Actor, *where: ColumnElement[bool], limit: int = 1, is_oldest_first: bool = False
) -> list[Receipt]:
    rows: Any = session.execute(
        select(
            Redemption.id,
            Redemption.client_id,
            Client.code,
            Redemption.prize_name,
            Prize.name_es,
            Redemption.price_points,
            Redemption.quantity,
            Redemption.tier,
            GiftCard.last_four,
            Redemption.confirmed,
            _WHY.text,
            Redemption.way.is_not_distinct_from(SET_ASIDE),
            Redemption.recorded_at,
            Site.name,
            Site.time_zone,
            Redemption.staff_id,
            Staff.display_name,
            Redemption.transaction_id,
            Handover.recorded_at,
            _HANDER.display_name,
            Handover.confirmed,
            _WHY_OVER.text,
            _UNDO.recorded_at,
            _UNDOER.display_name,
            _WHY_UNDONE.text,
            Site.settings,
        )
        .join(Client, Client.id == Redemption.client_id)
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
        .where(at_sites(Redemption.site_id, actor), *where)
        .order_by(Redemption.id if is_oldest_first else Redemption.id.desc())
        .limit(limit)
    )
    return [Receipt(*(*row[:-1], settings_from(row.settings))) for row in rows]
