"""A client chooses the language, or how the kiosk looks, for this card alone."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.models import KioskSession
from cm_tracker.passwords import token_hash


@one_transaction
def choose_for_now(
    session: Session,
    *,
    token: str,
    now: datetime,
    language: str | None = None,
    text_size: str | None = None,
    colors: str | None = None,
) -> None:
    """Use whatever is not None until the open card is closed. Nothing is kept with the client."""
    chosen = {
        name: value
        for name, value in (("language", language), ("text_size", text_size), ("colors", colors))
        if value is not None
    }
    if chosen:
        session.execute(
            update(KioskSession)
            .where(KioskSession.token_hash == token_hash(token), KioskSession.ends_at > now)
            .values(chosen)
        )
