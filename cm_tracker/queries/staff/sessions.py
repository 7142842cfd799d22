"""Where a member of staff is signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.session_limits import session_limit
from cm_tracker.models import StaffSession
from cm_tracker.passwords import token_hash
from cm_tracker.queries.views import view_of

MOST = 100


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A place where somebody is signed in. `address` and `browser` are empty for a session from before they were kept."""

    id: int
    started_at: datetime
    seen_at: datetime
    address: str
    browser: str
    is_this: bool


def open_sessions(
    session: Session, actor: Actor, token: str, now: datetime, idle: timedelta
) -> tuple[OpenSession, ...]:
    """Return the actor's open sessions, the one with this token first, then the last used first."""
    limit = session_limit(actor.roles, idle)
    is_this = (StaffSession.token_hash == token_hash(token)).label("is_this")
    rows = session.execute(
        select(
            StaffSession.id,
            StaffSession.started_at,
            StaffSession.seen_at,
            StaffSession.address,
            StaffSession.browser,
            is_this,
        )
        .where(
            StaffSession.staff_id == actor.staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > now - limit.idle,
            StaffSession.started_at > now - limit.longest,
        )
        .order_by(is_this.desc(), StaffSession.seen_at.desc(), StaffSession.id.desc())
        .limit(MOST)
    )
    return tuple(view_of(OpenSession, row) for row in rows)
