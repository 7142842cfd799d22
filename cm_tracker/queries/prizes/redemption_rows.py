"""Redemptions, one line for each, newest first: also what is still set aside, and what was undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from cm_tracker.domain.prizes.offers import SET_ASIDE
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Handover, Prize, Redemption, Site, Transaction
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.paging import ListFilter, in_days, listing
from cm_tracker.queries.prizes.by_hand import HANDED_AT
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class RedemptionLine:
    """A redemption. `points` and `amount` (cents, or None) are the price of all its pieces.

    `handed_over_at` is None while the prize waits, and `undone_at` where the redemption stands.
    """

    redemption: int
    at: datetime
    client_code: str
    site: str
    prize: str
    category: str
    quantity: int
    points: int
    amount: int | None
    tier: str | None
    confirmed: str | None
    is_set_aside: bool
    handed_over_at: datetime | None
    undone_at: datetime | None


def _asked(actor: Actor, chosen: ListFilter) -> Any:
    """Return the statement of the redemptions at the actor's sites."""
    undo = aliased(Transaction)
    is_set_aside = func.coalesce(Redemption.way, "") == SET_ASIDE
    statement = (
        select(
            Redemption.id.label("redemption"),
            HANDED_AT.label("at"),
            Client.code.label("client_code"),
            Site.name.label("site"),
            Redemption.prize_name.label("prize"),
            Prize.category,
            Redemption.quantity,
            (Redemption.price_points * Redemption.quantity).label("points"),
            (Redemption.price_cents * Redemption.quantity).label("amount"),
            Redemption.tier,
            Redemption.confirmed,
            is_set_aside.label("is_set_aside"),
            case((is_set_aside, Handover.recorded_at), else_=HANDED_AT).label("handed_over_at"),
            undo.recorded_at.label("undone_at"),
        )
        .join(Record, Record.id == Redemption.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Redemption.site_id)
        .join(Prize, Prize.id == Redemption.prize_id)
        .outerjoin(Handover, Handover.redemption_id == Redemption.id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(
            at_sites(Redemption.site_id, actor),
            in_days(HANDED_AT, chosen.since, chosen.until, chosen.time_zone),
        )
    )
    if chosen.site_id is not None:
        statement = statement.where(Redemption.site_id == chosen.site_id)
    if chosen.client_code:
        statement = statement.where(Redemption.client_id.in_(records_with_code(chosen.client_code)))
    return statement


REDEMPTIONS = listing(_asked, RedemptionLine)
"""The redemptions, the newest first."""
