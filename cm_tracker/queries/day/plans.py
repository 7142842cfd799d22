"""The plans of enrollments, with the days that were drawn."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.plans import Plan, PlanItem
from cm_tracker.models import DrawnDay, PlanItemRow, PlanRow


def plans_of(session: Session, enrollment_ids: Collection[int] | Select[Any]) -> dict[int, tuple[Plan, ...]]:
    """Return every plan of some enrollments by the enrollment's id, in the order of their first days.

    `enrollment_ids` are ids, or a statement that selects them. The caller checks whether the actor may see them.
    """
    rows = session.execute(
        select(
            PlanRow.id,
            PlanRow.enrollment_id,
            PlanRow.site_id,
            PlanRow.from_on,
            PlanRow.level,
            PlanRow.hours_required,
            PlanRow.reason,
            PlanItemRow.id.label("item_id"),
            PlanItemRow.service_id,
            PlanItemRow.weekdays,
            PlanItemRow.behavior,
            PlanItemRow.time_of_day,
            PlanItemRow.is_drawn,
            PlanItemRow.hours_between,
        )
        .join(PlanItemRow, PlanItemRow.plan_id == PlanRow.id)
        .where(PlanRow.enrollment_id.in_(enrollment_ids))
        .order_by(PlanRow.from_on, PlanRow.id, PlanItemRow.id)
    ).all()
    drawn: dict[int, set[date]] = {}
    for item_id, day in session.execute(
        select(DrawnDay.plan_item_id, DrawnDay.on_day)
        .join(PlanItemRow, PlanItemRow.id == DrawnDay.plan_item_id)
        .join(PlanRow, PlanRow.id == PlanItemRow.plan_id)
        .where(PlanRow.enrollment_id.in_(enrollment_ids))
    ):
        drawn.setdefault(item_id, set()).add(day)
    items: dict[int, list[PlanItem]] = {}
    for row in rows:
        items.setdefault(row.id, []).append(_item(row, frozenset(drawn.get(row.item_id, ()))))
    found: dict[int, list[Plan]] = {}
    for row in {row.id: row for row in rows}.values():
        plan = Plan(row.id, row.site_id, row.from_on, row.level, row.hours_required, tuple(items[row.id]), row.reason)
        found.setdefault(row.enrollment_id, []).append(plan)
    return {enrollment_id: tuple(plans) for enrollment_id, plans in found.items()}


def _item(row: Any, drawn_on: frozenset[date]) -> PlanItem:
    return PlanItem(
        row.service_id,
        frozenset(int(weekday) for weekday in row.weekdays),
        row.behavior,
        row.time_of_day,
        row.is_drawn,
        row.hours_between,
        drawn_on,
    )
