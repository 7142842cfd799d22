"""A lead adds the services of a sample week to a site, to begin with."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.sample_program import new_services, sample_week
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.check_service_name import check_service_name
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_service import write_service
from cm_tracker.queries.day.week import service_names


@one_transaction
def add_sample_services(
    session: Session, *, site_id: int, sample: str, from_on: date, key: str, actor: Actor, now: datetime
) -> int:
    """Add the services of a sample week to a site, with meetings from a day on. Return how many were added.

    A service whose name is in use at the site is left out. They have no leader yet. Raise `BadInput` for a sample that
    does not exist, and where every name is in use.
    """
    lock_site(session, site_id, "service:manage", actor)

    def write() -> int:
        week = sample_week(sample)
        if week is None:
            raise BadInput("Choose one of the sample weeks.", "sample")
        added = new_services(week, service_names(session, site_id))
        if not added:
            raise BadInput("The site has services with all of these names already. Nothing was added.", "sample")
        for one in added:
            check_service_name(session, site_id, one.name)
            write_service(
                session,
                site_id=site_id,
                old=None,
                name=one.name,
                kind=one.kind,
                leader_id=None,
                place=one.place,
                capacity=one.capacity,
                meetings=one.meetings(from_on),
                actor=actor,
                now=now,
            )
        return len(added)

    return run_once(session, key, "add_sample_services", [site_id, sample, from_on.isoformat()], actor, now, write)
