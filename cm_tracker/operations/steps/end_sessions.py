"""End sessions of an account: whoever has one of them is signed out at once."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.models import StaffSession
from cm_tracker.passwords import token_hash


def end_sessions(
    session: Session, staff_id: int, now: datetime, *, only: int | None = None, other_than: str | None = None
) -> int:
    """End all sessions of an account, or the one with the id `only`, or all but that of a token. Return how many."""
    of_account = (StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    one = () if only is None else (StaffSession.id == only,)
    others = () if other_than is None else (StaffSession.token_hash != token_hash(other_than),)
    ended = session.execute(
        update(StaffSession).where(*of_account, *one, *others).values(ended_at=now).returning(StaffSession.id)
    )
    return len(ended.all())
