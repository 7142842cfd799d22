"""Which days of a site staff have closed."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import DayClosing


def closed_at(session: Session, site_id: int, day: date) -> datetime | None:
    """Return when a day of a site was closed, or None for an open one."""
    return session.execute(
        select(DayClosing.closed_at).where(
            DayClosing.site_id == site_id, DayClosing.on_day == day, DayClosing.reopened_at.is_(None)
        )
    ).scalar_one_or_none()


def closed_between(session: Session, site_id: int, first_day: date, last_day: date) -> frozenset[date]:
    """Return the days of a site from a day to a day, both included, that staff have closed."""
    rows = session.execute(
        select(DayClosing.on_day).where(
            DayClosing.site_id == site_id,
            DayClosing.on_day.between(first_day, last_day),
            DayClosing.reopened_at.is_(None),
        )
    )
    return frozenset(rows.scalars())
