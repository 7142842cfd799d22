"""A member of staff signs out."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import StaffSession
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import token_hash


@one_transaction
def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End a session: a cookie that still holds its token is no longer valid."""
    row = session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash(token), StaffSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(StaffSession.staff_id)
    ).one_or_none()
    if row is not None:
        actor = Actor(row.staff_id, frozenset(), None, "web")
        note_audit(session, "staff:signed-out", f"staff:{row.staff_id}", actor=actor, now=now)
