"""Import the plans of a client from another program's file."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.importing import ImportedPlan, ImportedRows
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.phrases import in_phrases
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.importing import Reason, Reject
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.write_plan import write_plan
from cm_tracker.queries.day.plans import plans_of


@one_transaction
def import_plans(
    session: Session, *, enrollment_id: int, plans: Sequence[ImportedPlan], actor: Actor, now: datetime
) -> ImportedRows:
    """Set the plans that are new, in the order of their days. One that is recorded already adds nothing.

    An enrollment without a plan gets its history: then each of them may begin in the past. Later no plan does, because
    past days stay as they were. A plan that cannot be set is rejected, and the others are set all the same.
    """
    history = lock_enrollment(session, enrollment_id, "plan:change", actor).history
    known = plans_of(session, [enrollment_id]).get(enrollment_id, ())
    is_history = not known
    added: list[int] = []
    already: list[int] = []
    rejects: list[Reject] = []
    for plan in sorted(plans, key=lambda plan: plan.from_on):
        if any(plan.is_that(one) for one in known):
            already += plan.lines
            continue
        try:
            write_plan(
                session,
                history,
                known,
                from_on=plan.from_on,
                level=plan.level,
                hours_required=plan.hours_required,
                reason=plan.reason_after(known),
                items=plan.items,
                note=None,
                is_first=is_history,
                actor=actor,
                now=now,
            )
        except Refused as error:
            if error.status >= 500:
                raise  # such as a full disk: no fault of these rows
            rejects += [Reject(line, Reason.NOT_POSSIBLE, in_phrases(error)) for line in plan.lines]
        else:
            added += plan.lines
            known = plans_of(session, [enrollment_id])[enrollment_id]
    return ImportedRows(tuple(added), tuple(already), tuple(rejects))
