"""Start a session of a member of staff who has shown who they are."""

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.sign_ins import Where
from cm_tracker.models import StaffSession
from cm_tracker.operations.steps.know_browser import know_browser
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import token_hash


class StartedSession(NamedTuple):
    """The token of a session, and that by which its browser is known again."""

    token: str
    browser: str


def start_session(
    session: Session,
    *,
    staff_id: int,
    roles: frozenset[str],
    browser: str | None,
    where: Where,
    now: datetime,
    is_for_set_up: bool = False,
) -> StartedSession:
    """Start a session and note it. `browser` is the token that the browser has from an earlier sign-in, or None.

    A session that `is_for_set_up` opens nothing but the page on which a second factor is set up.
    """
    known = know_browser(session, token=browser, staff_id=staff_id, now=now)
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(StaffSession).values(
            token_hash=token_hash(token),
            staff_id=staff_id,
            started_at=now,
            seen_at=now,
            ended_at=None,
            proved_at=now,
            is_for_set_up=is_for_set_up,
            **where._asdict(),
        )
    )
    note_audit(session, "staff:signed-in", f"staff:{staff_id}", actor=Actor(staff_id, roles, None, "web"), now=now)
    return StartedSession(token, known)
