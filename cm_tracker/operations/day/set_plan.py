"""Staff set what a client comes to from a day on: level of care, services, weekdays, test days."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.plans import PlanItem, check_first_day, check_plan, plan_on
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PlanItemRow, PlanRow
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_drawn_days import write_drawn_days
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.day.week import site_week


@one_transaction
def set_plan(
    session: Session,
    *,
    enrollment_id: int,
    from_on: date,
    level: str,
    hours_required: int,
    reason: str,
    items: Sequence[PlanItem],
    note: str | None = None,
    shown: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Set the plan of an enrollment from a day on, draw its test days, and return the plan's id.

    The plan before stays as the record of the days before. `shown` is the newest plan that the form showed, 0 for none:
    raise `BadInput` where somebody has set another one since. Raise what `check_first_day` and `check_plan` raise.
    """
    content = [enrollment_id, from_on.isoformat(), level, hours_required, reason, note, *map(_content_of, items)]
    request = IdempotentRequest(key, "set_plan", content, actor, now)
    history = lock_enrollment(session, enrollment_id, "plan:change", actor, request).history

    def write() -> int:
        plans = plans_of(session, [enrollment_id]).get(enrollment_id, ())
        span = history.span
        if shown is not None and shown != max((plan.id for plan in plans), default=0):
            raise BadInput("Somebody has set another plan in the meantime. Look at it below, and then save again.")
        refusals = AllRefusals()
        with refusals:
            check_first_day(from_on, span.starts_on, span.last_day, history.day_of(now), is_first=not plans)
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
                enrollment_id=enrollment_id,
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
        session.execute(insert(PlanItemRow), [{"plan_id": plan_id, **_row_of(item)} for item in items])
        write_drawn_days(session, enrollment_id, history.site_id, span, from_on)
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

    return request.run(session, write)


def _row_of(item: PlanItem) -> dict[str, object]:
    return {
        "service_id": item.service_id,
        "weekdays": "".join(str(weekday) for weekday in sorted(item.weekdays)),
        "behavior": item.behavior,
        "time_of_day": item.time_of_day,
        "is_drawn": item.is_drawn,
        "hours_between": item.hours_between,
    }


def _content_of(item: PlanItem) -> list[object]:
    return [str(value) for value in _row_of(item).values()]
