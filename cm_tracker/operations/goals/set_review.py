"""Staff set a review of a client: a check-in, a weekly review, or a transition plan."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import EnrollmentEnded, NotAllowed
from cm_tracker.domain.goals.reviews import REPEATS, Standing, check_repeat, check_review
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ReviewRow
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_review import write_review
from cm_tracker.operations.steps.write_review_change import write_review_change


@one_transaction
def set_review(
    session: Session,
    *,
    enrollment_id: int,
    kind: str,
    due_on: date,
    repeats: bool = False,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Set a review that is due on a day, and return its id. With `repeats`, a weekly one comes again every week.

    Raise what `check_review` and `check_repeat` raise, `EnrollmentEnded`, and `NotAllowed` for somebody who may not let
    a review repeat.
    """
    request = IdempotentRequest(key, "set_review", [enrollment_id, kind, due_on.isoformat(), repeats], actor, now)
    history = lock_enrollment(session, enrollment_id, "review:change", actor, request).history

    def write() -> int:
        today = history.day_of(now)
        if history.span.ended_on is not None and today > history.span.ended_on:
            raise EnrollmentEnded(day=today, ended_on=history.span.ended_on)
        count = select(func.count()).where(ReviewRow.enrollment_id == enrollment_id)
        check_review(kind, due_on, today, session.execute(count).scalar_one())
        if repeats:
            if not actor.may("review:repeat", history.site_id):
                raise NotAllowed(roles=actor.roles)
            check_repeat(Standing("open", due_on, repeats=False), kind)
        review_id = write_review(session, history, kind, due_on, actor=actor, now=now)
        if repeats:
            write_review_change(session, review_id, history, REPEATS, actor=actor, now=now)
        return review_id

    return request.run(session, write)
