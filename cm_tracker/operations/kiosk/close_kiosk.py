"""A client closes their card at the kiosk."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.models import KioskSession
from cm_tracker.passwords import token_hash


@one_transaction
def close_kiosk(session: Session, *, token: str) -> None:
    """Close the card at once: its token is no longer valid."""
    session.execute(delete(KioskSession).where(KioskSession.token_hash == token_hash(token)))
