"""Staff set what a client comes to from a day on: level of care, services, weekdays, test days."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.plans import PlanItem
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_plan import row_of, write_plan
from cm_tracker.queries.day.plans import plans_of


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
        if shown is not None and shown != max((plan.id for plan in plans), default=0):
            raise BadInput("Somebody has set another plan in the meantime. Look at it below, and then save again.")
        return write_plan(
            session,
            history,
            plans,
            from_on=from_on,
            level=level,
            hours_required=hours_required,
            reason=reason,
            items=items,
            note=note,
            is_first=not plans,
            actor=actor,
            now=now,
        )

    return request.run(session, write)


def _content_of(item: PlanItem) -> list[object]:
    return [str(value) for value in row_of(item).values()]
