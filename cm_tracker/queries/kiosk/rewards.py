"""The shelf of the kiosk: every prize of the site in the order of its price, and what the client can do with it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.kiosk.reach import Tick, ticks
from cm_tracker.domain.prizes.requests import DECLINED
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.kiosk.said import Said, said_by
from cm_tracker.queries.kiosk.visitors import KioskVisitor
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog_at, had_of
from cm_tracker.queries.staff.sites import time_zone_of

A_SHELF = 8
"""So many prizes stand on one page."""
MOST_TICKS = 10
"""A bar has so many ticks at most; where there are more prices, it shows those of the page."""

ASK, ASKED, DECLINED_TODAY, SAVE, GOAL, NOT_TODAY = "ask", "asked", "declined", "save", "goal", "not_today"


@dataclass(frozen=True, slots=True)
class Reward:
    """A prize on the shelf for one client.

    `state` says what a touch does: ask for it, take that back (`asked`), save for it, or give the goal up (`goal`). A prize
    that was declined today, is out of stock or at its limit (`not_today`) cannot be touched. `missing` is how many points
    the client still needs, `is_goal` whether they save for it, and `reason` the kind word of a declined request.
    """

    prize: PrizeLine
    state: str
    missing: int
    is_goal: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Rewards:
    """A page of the shelf: the client's points, the bar with its ticks, the prizes, and which page of how many this is.

    `goal_points` is the price of what the client saves for, or None.
    """

    points: int
    ticks: tuple[Tick, ...]
    shelf: tuple[Reward, ...]
    page: int
    pages: int
    goal_points: int | None


def rewards_of(session: Session, visitor: KioskVisitor, now: datetime, page: int = 1) -> Rewards:
    """Return a page of the shelf for the client who is at the kiosk; for a page that is not there, the nearest one."""
    (site_id,) = visitor.actor.site_ids or (0,)
    zone = time_zone_of(session, site_id)
    today = day_at(now, zone)
    points = balances_of(session, visitor.client_id)["points"]
    prizes = sorted(
        catalog_at(session, visitor.actor, site_id), key=lambda prize: (prize.price_points, prize.name, prize.id)
    )
    said = said_by(session, visitor.client_id, today)
    had = had_of(session, visitor.client_id, zone) if any(prize.limit for prize in prizes) else {}
    pages = max(-(-len(prizes) // A_SHELF), 1)
    page = min(max(page, 1), pages)
    shown = prizes[(page - 1) * A_SHELF : page * A_SHELF]
    prices = {prize.price_points for prize in prizes}
    return Rewards(
        points=points,
        ticks=ticks(points, prices if len(prices) <= MOST_TICKS else {prize.price_points for prize in shown}),
        shelf=tuple(_reward(prize, site_id, points, said, had.get(prize.id, []), today) for prize in shown),
        page=page,
        pages=pages,
        goal_points=next((prize.price_points for prize in prizes if prize.id == said.wish), None),
    )


def _reward(
    prize: PrizeLine, site_id: int, points: int, said: Said, had: list[tuple[date, int]], today: date
) -> Reward:
    missing = max(prize.price_points - points, 0)
    is_goal = prize.id == said.wish
    request = said.requests.get(prize.id)
    is_gone = not prize.left_at(site_id) and not prize.is_counted_at(site_id)
    if is_gone or (prize.limit is not None and not prize.limit.left(had, today)):
        state = NOT_TODAY
    elif request is not None and request.ended is None:
        state = ASKED
    elif request is not None and request.ended == DECLINED:
        state = DECLINED_TODAY
    elif not missing:
        state = ASK
    else:
        state = GOAL if is_goal else SAVE
    reason = request.reason if request is not None and state == DECLINED_TODAY else None
    return Reward(prize, state, missing, is_goal, reason)
