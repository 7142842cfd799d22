"""The sites that somebody may see."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from cm_tracker.domain.roles import Actor
from cm_tracker.models import Site


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site: its id, name and time zone."""

    id: int
    name: str
    time_zone: str


def at_sites(
    column: "InstrumentedAttribute[int] | InstrumentedAttribute[int | None]", actor: Actor
) -> ColumnElement[bool]:
    """The condition that keeps a query inside the actor's sites: every query of a room has it."""
    return true() if actor.site_ids is None else column.in_(actor.site_ids)


def sites_of(session: Session, actor: Actor) -> tuple[SiteLine, ...]:
    """The actor's sites by name; at most 500."""
    rows = session.execute(
        select(Site.id, Site.name, Site.time_zone).where(at_sites(Site.id, actor)).order_by(Site.name).limit(500)
    )
    return tuple(SiteLine(*row) for row in rows)
