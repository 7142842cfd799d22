"""Which sites offer a schedule when somebody is enrolled. The newest decision counts; without one, a site offers it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.models import ScheduleOffer


def offered_at(session: Session, schedule_id: int) -> dict[int, bool]:
    """Return the newest decision of each site that has one for a schedule."""
    newest = (
        select(func.max(ScheduleOffer.id))
        .where(ScheduleOffer.schedule_id == schedule_id)
        .group_by(ScheduleOffer.site_id)
    )
    rows = session.execute(select(ScheduleOffer.site_id, ScheduleOffer.is_offered).where(ScheduleOffer.id.in_(newest)))
    return {row.site_id: row.is_offered for row in rows}


def not_offered(session: Session, site_id: int) -> frozenset[int]:
    """Return the schedules that a site does not offer."""
    newest = (
        select(func.max(ScheduleOffer.id)).where(ScheduleOffer.site_id == site_id).group_by(ScheduleOffer.schedule_id)
    )
    rows = session.execute(
        select(ScheduleOffer.schedule_id).where(ScheduleOffer.id.in_(newest), ScheduleOffer.is_offered.is_(False))
    )
    return frozenset(rows.scalars())
