"""A lead retires a service: it meets no more, and no new plan can have it."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.day.services import changed_meetings
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ServiceRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.write_meetings import write_meetings
from cm_tracker.queries.day.week import service_of


@one_transaction
def retire_service(session: Session, *, service_id: int, last_day: date, actor: Actor, now: datetime) -> int:
    """Retire a service after its last day, today or later, and return the id of its site.

    It cannot be brought back: a service that meets again is added again. Nothing is written if it is retired already.
    Raise `NotFound`, and `BadInput` for a past day.
    """
    site_id = session.execute(select(ServiceRow.site_id).where(ServiceRow.id == service_id)).scalar_one_or_none()
    if site_id is None or not actor.reaches(site_id):
        raise NotFound(what="service")
    site = lock_site(session, site_id, "service:manage", actor)
    line = service_of(session, actor, service_id)
    if line.is_retired:
        return site_id
    if last_day < day_at(now, site.time_zone):
        raise BadInput("Past days stay as they were. Choose today or a later day.", "last_day")
    session.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(retired_at=now))
    write_meetings(session, service_id, changed_meetings(line.service.meetings, (), last_day + timedelta(days=1)))
    note_audit(session, "service:retired", f"service:{service_id}", actor=actor, now=now, site_id=site_id)
    return site_id
