"""Write what became of a review, and note it in the audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.goals.reviews import DONE, DROPPED, MOVED, ONCE, REPEATS
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import ReviewChange
from cm_tracker.operations.steps.note_audit import note_audit


def write_review_change(
    session: Session,
    review_id: int,
    history: EnrollmentHistory,
    what: str,
    *,
    actor: Actor,
    now: datetime,
    due_on: date | None = None,
    on_day: date | None = None,
    note_digest: bytes | None = None,
) -> int:
    """Write a change of a review and return its id."""
    change_id: int = session.execute(
        insert(ReviewChange)
        .values(
            review_id=review_id,
            what=what,
            due_on=due_on,
            on_day=on_day,
            note_digest=note_digest,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(ReviewChange.id)
    ).scalar_one()
    tag = {
        DONE: "review:finished",
        MOVED: "review:moved",
        DROPPED: "review:dropped",
        REPEATS: "review:repeated",
        ONCE: "review:limited",
    }[what]
    day = due_on or on_day
    detail: dict[str, Any] = {"on_day": day.isoformat()} if day is not None else {}
    note_audit(
        session,
        tag,
        f"review:{review_id}",
        actor=actor,
        now=now,
        site_id=history.site_id,
        client_id=history.client_id,
        **detail,
    )
    return change_id
