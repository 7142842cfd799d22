"""A member of staff signs in with a user name and a password."""

import secrets
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import SignInRefused
from cm_tracker.domain.staff.credentials import sign_ins_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Staff, StaffSession
from cm_tracker.operations.steps.count_try import Limit, count_try, forget_tries
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import Hasher, token_hash


def sign_in(session: Session, *, username: str, password: str, hasher: Hasher, limit: Limit, now: datetime) -> str:
    """Start a session and return its token. Raise `SignInRefused` or `TooManyTries`.

    An unknown name, a wrong password and a closed account get the same answer after the same time.
    """
    username = username.strip().lower()[:60]
    subject = sign_ins_of(username)
    _count_try(session, subjects=[(subject, limit)], now=now)
    staff = session.execute(
        select(Staff.id, Staff.password_hash, Staff.is_active, Staff.role).where(Staff.username == username)
    ).one_or_none()
    is_right = hasher.matches(staff.password_hash if staff else None, password)
    if staff is None or not is_right or not staff.is_active:
        _refuse(session, staff_id=staff.id if staff else None, now=now)
        raise SignInRefused
    return _start(session, staff_id=staff.id, role=staff.role, subject=subject, now=now)


@one_transaction
def _refuse(session: Session, *, staff_id: int | None, now: datetime) -> None:
    subject = f"staff:{staff_id}" if staff_id else "staff:unknown"
    note_audit(session, "staff:sign-in-refused", subject, actor=Actor(None, "", frozenset(), "web"), now=now)


@one_transaction
def _start(session: Session, *, staff_id: int, role: str, subject: str, now: datetime) -> str:
    forget_tries(session, subject)
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(StaffSession).values(
            token_hash=token_hash(token), staff_id=staff_id, started_at=now, seen_at=now, ended_at=None
        )
    )
    note_audit(session, "staff:signed-in", f"staff:{staff_id}", actor=Actor(staff_id, role, None, "web"), now=now)
    return token


# A try is counted in a transaction of its own, before the password is checked.
_count_try = one_transaction(count_try)
