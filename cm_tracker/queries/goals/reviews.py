"""The reviews of an enrollment, with everything that became of each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.goals import reviews
from cm_tracker.models import Note, ReviewChange, ReviewRow, Staff
from cm_tracker.queries.goals.told import Told, in_order, told_from, told_of


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review of a client as it stands. `seen` is its newest change, and `told` everything that became of it."""

    id: int
    enrollment_id: int
    kind: str
    first_due_on: date
    standing: reviews.Standing
    told: tuple[Told, ...]
    seen: int

    @property
    def settled(self) -> Told | None:
        """What finished or dropped it, or None for an open one."""
        return told_of(self.told, self.standing.settled_by)


def reviews_of(session: Session, enrollment_id: int, only: int | None = None) -> tuple[ReviewLine, ...]:
    """Return the newest reviews of an enrollment: the open ones by their due days, then the others, the newest first.

    `only` is one review. The caller checks whether the actor may see the enrollment.
    """
    chosen = [ReviewRow.enrollment_id == enrollment_id, *([ReviewRow.id == only] if only is not None else [])]
    rows = session.execute(
        select(ReviewRow.id, ReviewRow.kind, ReviewRow.due_on)
        .where(*chosen)
        .order_by(ReviewRow.id.desc())
        .limit(reviews.MOST_REVIEWS)
    ).all()
    if not rows:
        return ()
    changes: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            ReviewChange.id,
            ReviewChange.review_id,
            ReviewChange.what,
            ReviewChange.due_on,
            ReviewChange.on_day,
            ReviewChange.recorded_at,
            Note.text,
            Staff.display_name,
        )
        .join(ReviewRow, ReviewRow.id == ReviewChange.review_id)
        .outerjoin(Note, Note.digest == ReviewChange.note_digest)
        .outerjoin(Staff, Staff.id == ReviewChange.staff_id)
        .where(*chosen)
        .order_by(ReviewChange.id)
    ):
        changes[row.review_id].append(row)
    return in_order(
        ReviewLine(
            row.id,
            enrollment_id,
            row.kind,
            row.due_on,
            reviews.standing_of(
                row.due_on, [reviews.Change(one.id, one.what, one.due_on, one.on_day) for one in changes[row.id]]
            ),
            tuple(told_from(one) for one in changes[row.id]),
            changes[row.id][-1].id if changes[row.id] else 0,
        )
        for row in reversed(rows)
    )
