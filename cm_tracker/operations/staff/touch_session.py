"""Note when a session was last used."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import in_passing
from cm_tracker.models import StaffSession
from cm_tracker.passwords import token_hash


@in_passing
def touch_session(session: Session, *, token: str, now: datetime) -> None:
    """Note that a session was used now, so that its idle limit counts from now on."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash(token), StaffSession.ended_at.is_(None))
        .values(seen_at=now)
    )
