"""A lead adds a service to a site, or changes one from a day on."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.day.services import TEST_VISIT, Meeting, Service, changed_meetings, check_service
from cm_tracker.domain.errors import AllRefusals, BadInput, ChangedMeanwhile
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.check_service_name import check_service_name
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_service import write_service
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
    shown: str | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Add a service, or change the one with `service_id`, and return its id.

    The meetings hold from `from_on` on; those of earlier days stay as they were, so a change cannot begin before today.
    `shown` is the fingerprint of the service as the form showed it. Raise `ChangedMeanwhile` if it is another one by now,
    what `check_service` raises, `BadInput` for a name that another service in use has, and `NotFound`.
    """
    site = lock_site(session, site_id, "service:manage", actor)
    old = service_of(session, actor, service_id).service if service_id is not None else None

    def write() -> int:
        if old is not None and shown not in (None, old.fingerprint):
            raise ChangedMeanwhile
        check_service(
            name, kind, place, capacity, meetings, leader_id is None or leader_id in names_at_site(session, site_id)
        )
        check_service_name(session, site_id, name, service_id)
        if old is not None:
            _check_change(old, site_id, kind, from_on, day_at(now, site.time_zone))
        return write_service(
            session,
            site_id=site_id,
            old=old,
            name=name,
            kind=kind,
            leader_id=leader_id,
            place=place,
            capacity=capacity,
            meetings=changed_meetings(old.meetings if old else (), meetings, from_on),
            actor=actor,
            now=now,
        )

    content = [site_id, service_id, name, kind, leader_id, place, capacity, from_on.isoformat(), *map(str, meetings)]
    return run_once(session, key, "save_service", content, actor, now, write)


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
