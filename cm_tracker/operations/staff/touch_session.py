"""Remember that a member of staff is at work."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.models import StaffSession
from cm_tracker.passwords import token_hash


@one_transaction
def touch_session(session: Session, *, token: str, now: datetime) -> None:
    """Remember that the session was used, so that it does not run into its idle limit."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash(token), StaffSession.ended_at.is_(None))
        .values(seen_at=now)
    )


# A try is counted in a transaction of its own, before the secret is looked at.
