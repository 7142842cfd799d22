"""A client closes their card at the kiosk."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import in_passing
from cm_tracker.models import KioskSession
from cm_tracker.passwords import token_hash


@in_passing
def close_kiosk(session: Session, *, token: str) -> None:
    """Close the card: its token is no longer valid. Where this cannot be written, its time ends within a minute."""
    session.execute(delete(KioskSession).where(KioskSession.token_hash == token_hash(token)))
