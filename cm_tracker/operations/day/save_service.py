"""A lead adds a service to a site, or changes one from a day on."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.day.services import (
    MOST_SERVICES,
    TEST_VISIT,
    Meeting,
    Service,
    changed_meetings,
    check_service,
)
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ServiceRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_meetings import write_meetings
from cm_tracker.queries.day.week import service_of
from cm_tracker.queries.staff.staff import names_at_site


@one_transaction
def save_service(
    session: Session,
    *,
    site_id: int,
    service_id: int | None = None,
    name: str,
    kind: str,
    leader_id: int | None,
    place: str,
    capacity: int | None,
    meetings: Sequence[Meeting],
    from_on: date,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Add a service, or change the one with `service_id`, and return its id.

    The meetings hold from `from_on` on; those of earlier days stay as they were, so a change cannot begin before today.
    Raise what `check_service` raises, `BadInput` for a name that another service in use has, and `NotFound`.
    """
    site = lock_site(session, site_id, "service:manage", actor)
    old = service_of(session, actor, service_id).service if service_id is not None else None

    def write() -> int:
        check_service(
            name, kind, place, capacity, meetings, leader_id is None or leader_id in names_at_site(session, site_id)
        )
        _check_name(session, site_id, service_id, name)
        if old is not None:
            _check_change(old, site_id, kind, from_on, day_at(now, site.time_zone))
        values = {
            "name": name.strip(),
            "kind": kind,
            "leader_id": leader_id,
            "place": place.strip(),
            "capacity": capacity,
        }
        saved = _write(session, service_id, {**values, "site_id": site_id}, now)
        write_meetings(session, saved, changed_meetings(old.meetings if old else (), meetings, from_on))
        tag = "service:changed" if old else "service:added"
        note_audit(session, tag, f"service:{saved}", actor=actor, now=now, site_id=site_id)
        return saved

    content = [site_id, service_id, name, kind, leader_id, place, capacity, from_on.isoformat(), *map(str, meetings)]
    return run_once(session, key, "save_service", content, actor, now, write)


def _write(session: Session, service_id: int | None, values: dict[str, object], now: datetime) -> int:
    if service_id is None:
        added = insert(ServiceRow).values({**values, "created_at": now}).returning(ServiceRow.id)
        return session.execute(added).scalar_one()
    session.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(values))
    return service_id


def _check_change(old: Service, site_id: int, kind: str, from_on: date, today: date) -> None:
    """Raise what stands against a change of a service: another site, another kind of service, or a past day."""
    refusals = AllRefusals()
    with refusals:
        if old.site_id != site_id:
            raise BadInput("The service belongs to another site. Open it from the list of its site.")
    with refusals:
        if (old.kind == TEST_VISIT) != (kind == TEST_VISIT):
            raise BadInput("Plans count tests at test visits only. Add another service for this kind.", "kind")
    with refusals:
        if from_on < today:
            raise BadInput("Past days stay as they were. Choose today or a later day for the change.", "from_on")
    refusals.raise_any()


def _check_name(session: Session, site_id: int, service_id: int | None, name: str) -> None:
    in_use = select(func.count()).where(
        ServiceRow.site_id == site_id, ServiceRow.retired_at.is_(None), ServiceRow.id != (service_id or 0)
    )
    if service_id is None and session.execute(in_use).scalar_one() >= MOST_SERVICES:
        raise BadInput("The site has %(most)s services. Retire one first.", "name", most=MOST_SERVICES)
    if session.execute(in_use.where(func.lower(ServiceRow.name) == name.strip().lower())).scalar_one():
        raise BadInput("A service of this site has the name already. Choose another one.", "name")
