"""Staff close a day of their site."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.day.closing import check_closing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import DayClosing
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.day.lines import day_lines


@one_transaction
def close_day(session: Session, *, site_id: int, day: date, actor: Actor, now: datetime) -> int:
    """Close a day of a site, and return the closing's id. A day that is closed already stays as it is.

    Raise what `check_closing` raises, `NotFound` and `NotAllowed`.
    """
    site = lock_site(session, site_id, "day:close", actor)
    closed = session.execute(
        select(DayClosing.id).where(
            DayClosing.site_id == site_id, DayClosing.on_day == day, DayClosing.reopened_at.is_(None)
        )
    ).scalar_one_or_none()
    if closed is not None:
        return closed
    today = day_at(now, site.time_zone)
    still_open = sum(line.is_open and not line.waits_for_slip(today) for line in day_lines(session, site_id, day, now))
    check_closing(day, today, still_open)
    closing_id = session.execute(
        insert(DayClosing)
        .values(site_id=site_id, on_day=day, closed_at=now, staff_id=actor.staff_id)
        .returning(DayClosing.id)
    ).scalar_one()
    note_audit(session, "day:closed", f"site:{site_id}", actor=actor, now=now, site_id=site_id, on_day=day.isoformat())
    return closing_id
