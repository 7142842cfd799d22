"""Check a plan of a locked enrollment, write it, draw its test days, and note it in the audit trail."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.day.plans import Plan, PlanItem, check_first_day, check_plan, plan_on
from cm_tracker.domain.errors import AllRefusals
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import PlanItemRow, PlanRow
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_drawn_days import write_drawn_days
from cm_tracker.queries.day.week import site_week


def write_plan(
    session: Session,
    history: EnrollmentHistory,
    plans: Sequence[Plan],
    *,
    from_on: date,
    level: str,
    hours_required: int,
    reason: str,
    items: Sequence[PlanItem],
    note: str | None,
    is_first: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Write a plan beside those that are recorded, `plans`, and return its id. The plan before stays as it is.

    One that `is_first` may begin in the past. Raise what `check_first_day` and `check_plan` raise, before anything is
    written.
    """
    span = history.span
    refusals = AllRefusals()
    with refusals:
        check_first_day(from_on, span.starts_on, span.last_day, history.day_of(now), is_first=is_first)
    with refusals:
        check_plan(
            level,
            hours_required,
            reason,
            items,
            from_on=from_on,
            services=site_week(session, history.site_id).services,
            tracks=history.timeline.tracks_on(max(from_on, span.starts_on)),
            before=plan_on(plans, from_on - ONE_DAY),
        )
    refusals.raise_any()
    plan_id = session.execute(
        insert(PlanRow)
        .values(
            enrollment_id=history.id,
            site_id=history.site_id,
            from_on=from_on,
            level=level,
            hours_required=hours_required,
            reason=reason,
            note_digest=save_note(session, note),
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(PlanRow.id)
    ).scalar_one()
    session.execute(insert(PlanItemRow), [{"plan_id": plan_id, **row_of(item)} for item in items])
    write_drawn_days(session, history.id, history.site_id, span, from_on)
    note_audit(
        session,
        "plan:set",
        f"plan:{plan_id}",
        actor=actor,
        now=now,
        site_id=history.site_id,
        client_id=history.client_id,
        from_on=from_on.isoformat(),
        level=level,
        reason=reason,
    )
    return plan_id


def row_of(item: PlanItem) -> dict[str, object]:
    """Return the columns of a service of a plan."""
    return {
        "service_id": item.service_id,
        "weekdays": "".join(str(weekday) for weekday in sorted(item.weekdays)),
        "behavior": item.behavior,
        "time_of_day": item.time_of_day,
        "is_drawn": item.is_drawn,
        "hours_between": item.hours_between,
    }
