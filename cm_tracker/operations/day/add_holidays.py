"""A lead closes a site on some of the federal holidays of a year, all in one."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.calendar import Closure, check_closure, federal_holidays
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_closure import write_closure
from cm_tracker.queries.day.week import calendar_of


@one_transaction
def add_holidays(
    session: Session, *, site_id: int, year: int, days: Collection[date], key: str, actor: Actor, now: datetime
) -> int:
    """Close a site on the chosen federal holidays of a year, and return how many closures were added.

    A holiday on which the site is closed already is left out. Raise `BadInput` where no day is chosen, and for a day
    that is no holiday of the year.
    """
    lock_site(session, site_id, "calendar:manage", actor)

    def write() -> int:
        names = dict(federal_holidays(year))
        if not days:
            raise BadInput("Tick at least one holiday.", "days")
        if not set(days) <= set(names):
            raise BadInput("Choose holidays of this year from the list.", "days")
        closures, added = list(calendar_of(session, site_id).closures), 0
        for day in sorted(days):
            if any(closure.covers(day) for closure in closures):
                continue
            check_closure(day, day, names[day], None, closures)
            closure_id = write_closure(
                session,
                site_id=site_id,
                first_day=day,
                last_day=day,
                name=names[day],
                make_up_on=None,
                actor=actor,
                now=now,
            )
            closures.append(Closure(closure_id, day, day, names[day]))
            added += 1
        return added

    content = [site_id, year, *sorted(day.isoformat() for day in days)]
    return run_once(session, key, "add_holidays", content, actor, now, write)
