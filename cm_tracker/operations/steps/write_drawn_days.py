"""Draw the test days of an enrollment's plan from a day on, and write them in place of those that were there."""

from datetime import date
from random import SystemRandom

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.day.plans import plan_on
from cm_tracker.domain.day.slots import Planned, days_to_draw, last_test_before
from cm_tracker.models import DrawnDay, PlanItemRow
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.day.week import site_week


def write_drawn_days(session: Session, enrollment_id: int, site_id: int, span: EnrollmentSpan, first_day: date) -> None:
    """Draw the test days of the newest plan from a day on. Days before it stay as they were drawn.

    `span` is the enrollment's as it is from now on. Nothing happens where no plan draws days.
    """
    plans = plans_of(session, [enrollment_id]).get(enrollment_id, ())
    newest = plan_on(plans, max(plan.from_on for plan in plans)) if plans else None
    if newest is None or newest.site_id != site_id or not any(item.is_drawn for item in newest.items):
        return
    week, planned = site_week(session, site_id), Planned(enrollment_id, span, plans)
    begins = max(first_day, newest.from_on)
    for row in session.execute(
        select(PlanItemRow.id, PlanItemRow.service_id).where(PlanItemRow.plan_id == newest.id, PlanItemRow.is_drawn)
    ).all():
        item = next(one for one in newest.items if one.is_drawn and one.service_id == row.service_id)
        assert item.behavior is not None, "only tests are drawn"
        after = last_test_before(week, planned, item.behavior, begins, item.hours_between)
        days = days_to_draw(week, planned, item, begins, SystemRandom(), after)
        session.execute(delete(DrawnDay).where(DrawnDay.plan_item_id == row.id, DrawnDay.on_day >= begins))
        if days:
            session.execute(insert(DrawnDay), [{"plan_item_id": row.id, "on_day": day} for day in sorted(days)])
