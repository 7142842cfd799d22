"""Rounds of counts: at which sites the cabinet is being counted, so that nobody sees how many should be there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CountCheck, CountRound, Site, Staff, StockCount
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 500


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round that is open. `is_checked` says that two people stand behind a count, and the numbers are shown again."""

    id: int
    site_id: int
    began_at: datetime
    began_by: str | None
    has_counts: bool
    is_checked: bool


def open_rounds(session: Session, actor: Actor) -> dict[int, RoundLine]:
    """Return the open rounds of the actor's sites by site id."""
    rows = session.execute(
        select(
            CountRound.id,
            CountRound.site_id,
            CountRound.began_at,
            Staff.display_name.label("began_by"),
            exists().where(StockCount.round_id == CountRound.id).label("has_counts"),
            is_checked().label("is_checked"),
        )
        .join(Site, Site.id == CountRound.site_id)
        .outerjoin(Staff, Staff.id == CountRound.began_by_id)
        .where(CountRound.ended_at.is_(None), at_sites(CountRound.site_id, actor))
        .limit(MOST)
    )
    return {row.site_id: view_of(RoundLine, row) for row in rows}


def sites_being_counted(session: Session, actor: Actor) -> frozenset[int]:
    """Return those of the actor's sites where the number of prizes is hidden: until a second person has checked."""
    rows = session.execute(
        select(CountRound.site_id).where(
            CountRound.ended_at.is_(None), at_sites(CountRound.site_id, actor), ~is_checked()
        )
    )
    return frozenset(rows.scalars())


def is_being_counted(session: Session, site_id: int) -> bool:
    """Return whether the number of prizes at a site is hidden."""
    return bool(sites_being_counted(session, Actor(None, frozenset(), frozenset({site_id}), "")))


def is_checked() -> ColumnElement[bool]:
    """Return the condition that a count of a round (of the outer query) has been checked by a second person."""
    return (
        select(CountCheck.id)
        .join(StockCount, StockCount.id == CountCheck.count_id)
        .where(StockCount.round_id == CountRound.id)
        .exists()
    )
