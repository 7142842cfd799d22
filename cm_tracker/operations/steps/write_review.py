"""Write a review of a client."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import ReviewRow
from cm_tracker.operations.steps.note_audit import note_audit


def write_review(
    session: Session,
    history: EnrollmentHistory,
    kind: str,
    due_on: date,
    *,
    actor: Actor,
    now: datetime,
    follows_id: int | None = None,
) -> int:
    """Write a review that was checked, note it in the audit trail, and return its id."""
    review_id: int = session.execute(
        insert(ReviewRow)
        .values(
            enrollment_id=history.id,
            site_id=history.site_id,
            kind=kind,
            due_on=due_on,
            follows_id=follows_id,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(ReviewRow.id)
    ).scalar_one()
    note_audit(
        session,
        "review:set",
        f"review:{review_id}",
        actor=actor,
        now=now,
        site_id=history.site_id,
        client_id=history.client_id,
        on_day=due_on.isoformat(),
        kind=kind,
    )
    return review_id
