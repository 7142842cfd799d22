"""Note on the audit trail that a password or a second factor was wrong, and whether it stops its source."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.count_sign_in import SignInTry
from cm_tracker.operations.steps.note_audit import note_audit


def note_refusal(
    session: Session,
    *,
    counted: SignInTry,
    now: datetime,
    tag: str = "staff:sign-in-refused",
    staff_id: int | None = None,
) -> None:
    """Note a try that was wrong. `staff_id` is who is signed in where it was made, or None."""
    by = Actor(staff_id, frozenset(), frozenset(), "web")
    note_audit(session, tag, f"staff:{counted.staff_id or 'unknown'}", actor=by, now=now)
    if counted.stops_source:
        note_audit(session, "source:stopped", "source:unknown", actor=by, now=now, source=counted.source)
