"""A client who reads slowly asks for more time at the kiosk."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.models import KioskSession
from cm_tracker.passwords import token_hash

# Somebody who reads slowly asks for more time; somebody who left does not.
LONGEST = timedelta(minutes=10)


@one_transaction
def extend_kiosk(session: Session, *, token: str, lasts: timedelta, now: datetime) -> None:
    """Give an open card as much time again, up to `LONGEST` in all; a closed one stays closed."""
    session.execute(
        update(KioskSession)
        .where(
            KioskSession.token_hash == token_hash(token),
            KioskSession.ends_at > now,
            KioskSession.started_at > now - LONGEST,
        )
        .values(ends_at=now + lasts)
    )
