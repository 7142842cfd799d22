"""A lead closes a site on some days: a holiday, water damage."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.calendar import check_closure
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_closure import write_closure
from cm_tracker.queries.day.week import calendar_of


@one_transaction
def add_closure(
    session: Session,
    *,
    site_id: int,
    first_day: date,
    last_day: date,
    name: str,
    make_up_on: date | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Close a site from a day to a day, both included, and return the closure's id.

    Whoever was expected is excused by the program; a day can be entered after the fact. On `make_up_on` the services of
    the closed day meet. Raise what `check_closure` raises.
    """
    lock_site(session, site_id, "calendar:manage", actor)

    def write() -> int:
        check_closure(first_day, last_day, name, make_up_on, calendar_of(session, site_id).closures)
        return write_closure(
            session,
            site_id=site_id,
            first_day=first_day,
            last_day=last_day,
            name=name,
            make_up_on=make_up_on,
            actor=actor,
            now=now,
        )

    content = [site_id, first_day.isoformat(), last_day.isoformat(), name, str(make_up_on)]
    return run_once(session, key, "add_closure", content, actor, now, write)
