"""Write a service with its meetings, and note it in the audit trail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from cm_tracker.domain.day.services import Meeting, Service
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ServiceRow
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.write_meetings import write_meetings


def write_service(
    session: Session,
    *,
    site_id: int,
    old: Service | None,
    name: str,
    kind: str,
    leader_id: int | None,
    place: str,
    capacity: int | None,
    meetings: Sequence[Meeting],
    actor: Actor,
    now: datetime,
) -> int:
    """Add a service that was checked, or change `old`, and return its id. `meetings` are all of it, past ones too."""
    values = {"name": name.strip(), "kind": kind, "leader_id": leader_id, "place": place.strip(), "capacity": capacity}
    if old is None:
        added = insert(ServiceRow).values(site_id=site_id, created_at=now, **values).returning(ServiceRow.id)
        service_id = session.execute(added).scalar_one()
        tag = "service:added"
    else:
        service_id = old.id
        session.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(values))
        tag = "service:changed"
    write_meetings(session, service_id, meetings)
    note_audit(session, tag, f"service:{service_id}", actor=actor, now=now, site_id=site_id)
    return service_id
