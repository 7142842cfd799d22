"""Lock the client of a review, and find out how the review stands."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import ChangedMeanwhile, NotFound
from cm_tracker.domain.goals.reviews import Change, Standing, standing_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import ReviewChange, ReviewRow
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.run_once import IdempotentRequest


@dataclass(frozen=True, slots=True)
class LockedReview:
    """A review whose client is locked until the commit. `seen` is its newest change, 0 without one."""

    id: int
    kind: str
    standing: Standing
    seen: int
    history: EnrollmentHistory

    def check_seen(self, seen: int | None) -> None:
        """Raise `ChangedMeanwhile` where the review has another change than the newest one that a page showed."""
        if seen is not None and seen != self.seen:
            raise ChangedMeanwhile


def lock_review(
    session: Session, review_id: int, permission: str, actor: Actor, request: IdempotentRequest
) -> LockedReview:
    """Lock the client of a review, and read it. Raise `NotFound` for a review of another site, and `NotAllowed`."""
    review = session.execute(
        select(ReviewRow.enrollment_id, ReviewRow.kind, ReviewRow.due_on).where(ReviewRow.id == review_id)
    ).one_or_none()
    if review is None:
        raise NotFound(what="review")
    history = lock_enrollment(session, review.enrollment_id, permission, actor, request).history
    changes = tuple(
        Change(row.id, row.what, row.due_on, row.on_day)
        for row in session.execute(
            select(ReviewChange.id, ReviewChange.what, ReviewChange.due_on, ReviewChange.on_day)
            .where(ReviewChange.review_id == review_id)
            .order_by(ReviewChange.id)
        )
    )
    seen = changes[-1].id if changes else 0
    return LockedReview(review_id, review.kind, standing_of(review.due_on, changes), seen, history)
