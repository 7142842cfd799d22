"""A client who reads slowly gets more time at the kiosk."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.models import KioskSession
from cm_tracker.passwords import token_hash

# An open card can be extended until it has been open for this long.
LONGEST = timedelta(minutes=10)


@one_transaction
def extend_kiosk(session: Session, *, token: str, lasts: timedelta, now: datetime) -> None:
    """Keep an open card open for `lasts` from now on.

    A card that is closed already stays closed, and one that has been open for `LONGEST` is not extended.
    """
    session.execute(
        update(KioskSession)
        .where(
            KioskSession.token_hash == token_hash(token),
            KioskSession.ends_at > now,
            KioskSession.started_at > now - LONGEST,
        )
        .values(ends_at=now + lasts)
    )
