"""The sites that an actor may see."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.staff.sites import common_zone
from cm_tracker.models import Site
from cm_tracker.queries.staff.site_settings import settings_from


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site: its id, name and time zone, and what its lead has set. `picture` is that of its kiosk, by its digest."""

    id: int
    name: str
    time_zone: str
    settings: SiteSettings
    picture: str | None = None


def at_sites(
    column: "InstrumentedAttribute[int] | InstrumentedAttribute[int | None]", actor: Actor
) -> ColumnElement[bool]:
    """Return the condition that limits a query to the actor's sites. Every query about one site's rows has it."""
    return true() if actor.site_ids is None else column.in_(actor.site_ids)


def site_of(session: Session, actor: Actor, site_id: int) -> SiteLine:
    """Return one of the actor's sites. Raise `NotFound`."""
    row = session.execute(select(*_COLUMNS).where(Site.id == site_id, at_sites(Site.id, actor))).one_or_none()
    if row is None:
        raise NotFound(what="site")
    return _line(row)


def time_zone_of(session: Session, site_id: int) -> str:
    """Return a site's time zone."""
    return session.execute(select(Site.time_zone).where(Site.id == site_id)).scalar_one()


def zone_of_list(session: Session, actor: Actor, site_id: int | None = None) -> str:
    """Return the time zone for a list of the actor's sites, or of one of them: see `common_zone`."""
    zones = select(Site.time_zone).where(at_sites(Site.id, actor)).distinct().limit(2)
    if site_id is not None:
        zones = zones.where(Site.id == site_id)
    return common_zone(session.execute(zones).scalars())


def zones_of_sites(session: Session, actor: Actor) -> dict[str, str]:
    """Return the time zone of each of the actor's sites by the site's name."""
    return {site.name: site.time_zone for site in sites_of(session, actor)}


def earliest_today(session: Session, now: datetime) -> date:
    """Return the day that it is at the program's sites; with several time zones, where it is the earliest.

    What begins on that day has begun at each of them.
    """
    zones = session.execute(select(Site.time_zone).distinct().limit(100)).scalars()
    return min((day_at(now, zone) for zone in zones), default=day_at(now, "UTC"))


def sites_of(session: Session, actor: Actor) -> tuple[SiteLine, ...]:
    """Return the actor's sites, ordered by name, at most 500."""
    rows = session.execute(select(*_COLUMNS).where(at_sites(Site.id, actor)).order_by(Site.name).limit(500))
    return tuple(_line(row) for row in rows)


_COLUMNS = (Site.id, Site.name, Site.time_zone, Site.settings, Site.picture)


def _line(row: Any) -> SiteLine:
    return SiteLine(
        row.id, row.name, row.time_zone, settings_from(row.settings), row.picture.hex() if row.picture else None
    )
