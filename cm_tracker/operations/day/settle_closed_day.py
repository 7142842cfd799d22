"""Staff finish a closed day: everybody who was expected is excused."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.day.closing import waits_for_excuse
from cm_tracker.domain.errors import BadInput, InTheFuture
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ClosedDayRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.day.expected import people_at
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.week import site_week


@one_transaction
def settle_closed_day(session: Session, *, site_id: int, on_day: date, actor: Actor, now: datetime) -> int:
    """Note that everybody who was expected on a closed day is excused, and return the note's id. A second time it stays.

    Raise `InTheFuture` for a day to come, and `BadInput` while somebody waits for the excuse, and for a day on which the
    site is open.
    """
    site = lock_site(session, site_id, "day:close", actor)
    week = site_week(session, site_id)
    closure = week.calendar.closure_on(on_day)
    if on_day > day_at(now, site.time_zone):
        raise InTheFuture(day=on_day)
    if closure is None:
        raise BadInput("The site was open on %(day)s. Nobody is excused by the program.", day=on_day)
    settled = session.execute(
        select(ClosedDayRow.id).where(ClosedDayRow.closure_id == closure.id, ClosedDayRow.on_day == on_day)
    ).scalar_one_or_none()
    if settled is not None:
        return settled
    known = visits_of_people(session, week, people_at(session, site_id, on_day), on_day, on_day, now)
    left = sum(waits_for_excuse(one) for line in known for one in line.visits)
    if left:
        raise BadInput("Clients who are not excused yet: %(n)s. Save again.", n=left)
    settled_id = session.execute(
        insert(ClosedDayRow)
        .values(site_id=site_id, closure_id=closure.id, on_day=on_day, recorded_at=now, staff_id=actor.staff_id)
        .returning(ClosedDayRow.id)
    ).scalar_one()
    note_audit(
        session, "closure:excused", f"closure:{closure.id}", actor=actor, now=now, site_id=site_id,
        on_day=on_day.isoformat(),
    )  # fmt: skip
    return settled_id
