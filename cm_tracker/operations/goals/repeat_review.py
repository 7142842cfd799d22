"""A lead lets a weekly review repeat, or ends that."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.goals.reviews import ONCE, REPEATS, check_repeat
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_review import lock_review
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.write_review_change import write_review_change


@one_transaction
def repeat_review(session: Session, *, review_id: int, repeats: bool, key: str, actor: Actor, now: datetime) -> int:
    """Let a weekly review repeat or not, and return its id. Nothing is written where it says so already.

    Raise `AlreadySettled`, `BadInput` for another kind of review, `NotFound` and `NotAllowed`.
    """
    request = IdempotentRequest(key, "repeat_review", [review_id, repeats], actor, now)
    review = lock_review(session, review_id, "review:repeat", actor, request)

    def write() -> int:
        check_repeat(review.standing, review.kind)
        if repeats != review.standing.repeats:
            what = REPEATS if repeats else ONCE
            write_review_change(session, review_id, review.history, what, actor=actor, now=now)
        return review_id

    return request.run(session, write)
