"""Which days of a site are closed."""

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
