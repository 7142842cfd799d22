"""Days that staff left open: something was noted on them, and nobody has closed them."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import DayClosing, Site, SlotNote
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

# Yesterday may still be open; what is older than two weeks nobody closes any more.
OLDEST, NEWEST = timedelta(days=14), timedelta(days=2)
# A site that closed no day in so long does not close its days.
CLOSES = timedelta(days=56)


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """How many days of a site were left open, and the first of them."""

    site_id: int
    site_name: str
    days: int
    first: date


def days_left_open(session: Session, actor: Actor, today: date) -> tuple[LeftOpen, ...]:
    """Return the days of the last two weeks that were left open for more than a day, by the names of the actor's sites.

    Days count from the first one that the site has closed in the last eight weeks.
    """
    closed, before = aliased(DayClosing), aliased(DayClosing)
    is_closed = exists().where(
        closed.site_id == SlotNote.site_id, closed.on_day == SlotNote.on_day, closed.reopened_at.is_(None)
    )
    closes = exists().where(
        and_(before.site_id == SlotNote.site_id, before.on_day.between(today - CLOSES, SlotNote.on_day))
    )
    rows = session.execute(
        select(
            Site.id.label("site_id"),
            Site.name.label("site_name"),
            func.count(SlotNote.on_day.distinct()).label("days"),
            func.min(SlotNote.on_day).label("first"),
        )
        .join(Site, Site.id == SlotNote.site_id)
        .where(
            at_sites(SlotNote.site_id, actor),
            SlotNote.on_day.between(today - OLDEST, today - NEWEST),
            ~is_closed,
            closes,
        )
        .group_by(Site.id, Site.name)
        .order_by(Site.name)
    )
    return tuple(view_of(LeftOpen, row) for row in rows)
