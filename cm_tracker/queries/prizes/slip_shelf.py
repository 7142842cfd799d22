"""The prizes that a client can have for a slip at the kiosk."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog_at, had_of
from cm_tracker.queries.staff.sites import time_zone_of

MOST = 9


def slip_shelf(session: Session, actor: Actor, client_id: int, tier: str, now: datetime) -> tuple[PrizeLine, ...]:
    """Return the prizes of a tier that the client can have today, the cheapest first; at most nine.

    `actor` is the kiosk at the client's site. Prizes that are out of stock or at the client's limit are left out.
    """
    (site_id,) = actor.site_ids or (0,)
    zone = time_zone_of(session, site_id)
    there = [
        prize
        for prize in catalog_at(session, actor, site_id)
        if prize.tier == tier and (prize.left_at(site_id) or prize.is_counted_at(site_id))
    ]
    had = had_of(session, client_id, zone) if any(prize.limit for prize in there) else {}
    today = day_at(now, zone)
    return tuple(prize for prize in there if prize.limit is None or prize.limit.left(had.get(prize.id, []), today))[
        :MOST
    ]
