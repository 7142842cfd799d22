"""A lead opens a closed day again."""

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import DayClosing
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def reopen_day(session: Session, *, site_id: int, day: date, actor: Actor, now: datetime) -> None:
    """Open a closed day again; what was recorded when it was closed stays. Nothing is written if it is open.

    Raise `NotFound` and `NotAllowed`.
    """
    lock_site(session, site_id, "day:reopen", actor)
    reopened = session.execute(
        update(DayClosing)
        .where(DayClosing.site_id == site_id, DayClosing.on_day == day, DayClosing.reopened_at.is_(None))
        .values(reopened_at=now, reopened_by_id=actor.staff_id)
        .returning(DayClosing.id)
    ).scalar_one_or_none()
    if reopened is not None:
        note_audit(
            session, "day:reopened", f"site:{site_id}", actor=actor, now=now, site_id=site_id, on_day=day.isoformat()
        )
