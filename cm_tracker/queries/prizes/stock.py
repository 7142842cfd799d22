"""Whether each shelf has enough prizes for the slips that clients have and may still draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Executable, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.prizes.shelf import ENOUGH, LOOK_BACK, TierStock, due_on, tier_stock
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Draw, Enrollment, Prize, ScheduleVersion, Site, Trade
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.practice import counted_clients, practice_ids
from cm_tracker.queries.prizes.rounds import is_being_counted, sites_being_counted
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.schedules.followed import followed_version, is_mistake
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class ShortTier:
    """A tier of which a site has too few prizes. While the cabinet is being counted, no page shows how many it has."""

    site_name: str
    is_being_counted: bool
    stock: TierStock


@dataclass(frozen=True, slots=True)
class Owed:
    """Slips of a tier for which a client has chosen no prize yet: since when, and the day until which it is owed."""

    tier: str
    count: int
    since: date
    due: date


def short_tiers(session: Session, actor: Actor, today: date) -> tuple[ShortTier, ...]:
    """Return the tiers of the actor's sites that are low or out of stock, by site and tier.

    Practice clients need no prizes, so neither their slips and draws nor their schedules count.
    """
    shares = _shares(session, actor, today)
    if not shares:
        return ()
    stock = _sums(
        session,
        select(AccountRow.site_id, Prize.tier, func.sum(AccountRow.balance))
        .join(Prize, Prize.id == AccountRow.prize_id)
        .where(
            AccountRow.kind == "cabinet", Prize.is_active, Prize.tier.is_not(None), at_sites(AccountRow.site_id, actor)
        )
        .group_by(AccountRow.site_id, Prize.tier),
    )
    held = _sums(
        session,
        select(Client.site_id, AccountRow.unit, func.sum(AccountRow.balance))
        .join(Client, Client.id == AccountRow.client_id)
        .where(
            AccountRow.kind == "client",
            AccountRow.balance > 0,
            AccountRow.unit != "points",
            at_sites(Client.site_id, actor),
            counted_clients(),
        )
        .group_by(Client.site_id, AccountRow.unit),
    )
    lately = _sums(
        session,
        select(Draw.site_id, Draw.given_tier, func.count())
        .where(
            Draw.given_cents > 0,
            Draw.happened_on > today - LOOK_BACK,
            at_sites(Draw.site_id, actor),
            Draw.client_id.not_in(practice_ids()),
        )
        .group_by(Draw.site_id, Draw.given_tier),
    )
    counted = sites_being_counted(session, actor)
    names = dict(sorted({(site_id, name) for site_id, name, _ in shares}))
    short = []
    for (site_id, _, tier), share in sorted(shares.items(), key=lambda item: (item[0][1], -item[1])):
        one = tier_stock(
            tier,
            stock=stock.get((site_id, tier), 0),
            waiting=held.get((site_id, tier_unit(tier)), 0),
            draws=held.get((site_id, "draws"), 0),
            share=share,
            lately=lately.get((site_id, tier), 0),
        )
        if one.state != ENOUGH:
            short.append(ShortTier(site_name=names[site_id], is_being_counted=site_id in counted, stock=one))
    return tuple(short)


def stock_by_tier(session: Session, actor: Actor) -> dict[str, int] | None:
    """Return how many prizes of each tier are on the shelves of the actor's sites, None while one of them is counted."""
    if sites_being_counted(session, actor):
        return None
    rows = session.execute(
        select(Prize.tier, func.sum(AccountRow.balance))
        .join(Prize, Prize.id == AccountRow.prize_id)
        .where(
            AccountRow.kind == "cabinet", Prize.is_active, Prize.tier.is_not(None), at_sites(AccountRow.site_id, actor)
        )
        .group_by(Prize.tier)
    )
    return {tier or "": int(left or 0) for tier, left in rows}


def owed_to(session: Session, client_id: int, won: Mapping[str, int]) -> tuple[Owed, ...]:
    """Return the slips in `won` (how many of each tier) with their days.

    Prizes are chosen for the oldest slips first, so the newest slips of each tier are those that are left.
    """
    owed = []
    for tier, count in won.items():
        drawn = select(Draw.happened_on).where(Draw.client_id.in_(records_of(client_id)), Draw.given_tier == tier)
        traded = select(Trade.happened_on).where(Trade.client_id.in_(records_of(client_id)), Trade.to_tier == tier)
        slips = drawn.union_all(traded).subquery()
        days = session.execute(select(slips.c.happened_on).order_by(slips.c.happened_on.desc()).limit(count)).scalars()
        since = min(days)
        owed.append(Owed(tier=tier, count=count, since=since, due=due_on(since)))
    return tuple(owed)


def _shares(session: Session, actor: Actor, today: date) -> dict[tuple[int, str, str], float]:
    """Return the share of each tier in its bowl, by (site id, site name, tier), for the bowls of running programs.

    Tiers without a prize are left out. Where a tier is in several bowls of a site, its largest share counts.
    """
    rows = session.execute(
        select(Client.site_id, Site.name, ScheduleVersion.document, func.max(Enrollment.starts_on))
        .join(Enrollment, Enrollment.client_id == Client.id)
        .join(Site, Site.id == Client.site_id)
        .join(ScheduleVersion, ScheduleVersion.id == followed_version(today))
        .where(at_sites(Client.site_id, actor), ~is_mistake(), counted_clients())
        .group_by(Client.site_id, Site.name, ScheduleVersion.document)
    )
    shares: dict[tuple[int, str, str], float] = {}
    for site_id, name, document, newest in rows:
        schedule = schedule_of(document)
        # A bowl counts only while the program of at least one client runs.
        bowl = schedule.bowl if newest + timedelta(weeks=schedule.last_week) > today else None
        for slip in bowl.slips if bowl else ():
            if slip.cents:
                key = (site_id, name, slip.tier)
                shares[key] = max(shares.get(key, 0.0), slip.count / bowl.size if bowl else 0.0)
    return shares


def _sums(session: Session, statement: Executable) -> dict[tuple[int, str], int]:
    """Return the sums that a statement selects, by (site id, tier or unit)."""
    return {(site_id or 0, name or ""): int(amount or 0) for site_id, name, amount in session.execute(statement)}


def left_of_prize(session: Session, site_id: int, prize_id: int) -> int | None:
    """Return how many of a prize are on a site's shelf, or None while the number is hidden because they are counted."""
    if is_being_counted(session, site_id):
        return None
    balance = select(func.coalesce(func.sum(AccountRow.balance), 0)).where(
        AccountRow.kind == "cabinet", AccountRow.site_id == site_id, AccountRow.prize_id == prize_id
    )
    return int(session.execute(balance).scalar_one() or 0)
