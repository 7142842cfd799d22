"""Whose card is open at the kiosk: the client, their site, what they have, and which other queries would find anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.kiosk.looks import Look
from cm_tracker.domain.prizes.offers import SET_ASIDE
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    Client,
    Draw,
    Handover,
    KioskSession,
    Offer,
    Redemption,
    Site,
    Transaction,
)
from cm_tracker.passwords import token_hash
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.kiosk.looks import look_columns, look_of, with_look
from cm_tracker.queries.schedules.program import currency_column, point_value_column
from cm_tracker.queries.staff.site_settings import settings_from

SHOW_CORRECTIONS_FOR = timedelta(days=14)
LONGEST_OFFER = timedelta(days=1)
"""No site keeps an offer open for longer."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The client of an open card.

    `balances` are what they have by unit; there is always one for points. The last four fields say which kinds of rows
    there are for this client, so that nobody asks for rows that are not there: offers, prizes that are set aside,
    corrections that were paid lately, and what counts for a ceiling beside visits.
    """

    client_id: int
    is_practice: bool
    site_id: int
    time_zone: str
    settings: SiteSettings
    look: Look
    point_value_cents: int
    currency: str
    seconds_left: int
    today: date
    balances: Mapping[str, int]
    has_offers: bool
    has_set_aside: bool
    has_corrections: bool
    has_more_received: bool

    @property
    def actor(self) -> Actor:
        """Return who the kiosk is at the client's site."""
        return Actor(None, frozenset(), frozenset({self.site_id}), "kiosk")


def _is_mine(client_id: Any) -> ColumnElement[bool]:
    """Return the condition that a row names `Client`, or a record that was merged into it."""
    record = aliased(Client)
    mine = select(record.id).where(or_(record.id == Client.id, record.merged_into_id == Client.id)).correlate(Client)
    found: ColumnElement[bool] = client_id.in_(mine)
    return found


# It is built once: to build it takes longer than to run it.
_UNDO = aliased(Transaction)
_OPENED = with_look(
    select(
        Client.id.label("client_id"),
        Client.is_practice,
        KioskSession.ends_at,
        Client.site_id,
        *look_columns(),
        Site.time_zone,
        Site.settings,
        point_value_column().label("point_value_cents"),
        currency_column().label("currency"),
        AccountRow.unit,
        AccountRow.balance,
        exists()
        .where(Offer.client_id == Client.id, Offer.offered_at >= bindparam("offered_since"))
        .label("has_offers"),
        exists()
        .where(
            _is_mine(Redemption.client_id),
            Redemption.way == SET_ASIDE,
            ~exists().where(Handover.redemption_id == Redemption.id),
            ~exists().where(_UNDO.undoes_id == Redemption.transaction_id),
        )
        .label("has_set_aside"),
        exists()
        .where(
            _is_mine(Transaction.client_id),
            Transaction.kind == "correction",
            Transaction.recorded_at > bindparam("corrected_since"),
        )
        .label("has_corrections"),
        (
            exists().where(_is_mine(Adjustment.client_id))
            | exists().where(_is_mine(Draw.client_id), Draw.given_cents > 0)
        ).label("has_more_received"),
    )
    .join(Record, Record.id == KioskSession.client_id)
    .join(Client, Client.id == main_of(Record))
    .join(Site, Site.id == Client.site_id)
    .outerjoin(AccountRow, (AccountRow.client_id == Client.id) & (AccountRow.kind == "client"))
).where(KioskSession.token_hash == bindparam("token_hash"), KioskSession.ends_at > bindparam("now"))


def opened_card(session: Session, token: str, now: datetime) -> Opened | None:
    """Return whose card is open under a token, from one statement, or None if the session has ended."""
    rows: Any = session.execute(
        _OPENED,
        {
            "token_hash": token_hash(token),
            "now": now,
            "offered_since": now - LONGEST_OFFER,
            "corrected_since": now - SHOW_CORRECTIONS_FOR,
        },
    ).all()
    if not rows:
        return None
    row = rows[0]
    return Opened(
        client_id=row.client_id,
        is_practice=row.is_practice is True,
        site_id=row.site_id,
        time_zone=row.time_zone,
        settings=settings_from(row.settings),
        look=look_of(row),
        point_value_cents=row.point_value_cents,
        currency=row.currency,
        seconds_left=int((row.ends_at - now).total_seconds()),
        today=day_at(now, row.time_zone),
        balances={"points": 0, **{one.unit: one.balance or 0 for one in rows if one.unit is not None}},
        has_offers=bool(row.has_offers),
        has_set_aside=bool(row.has_set_aside),
        has_corrections=bool(row.has_corrections),
        has_more_received=bool(row.has_more_received),
    )
