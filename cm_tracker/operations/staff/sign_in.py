"""A member of staff signs in with a user name and a password; whoever has a second factor is then only half signed in."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import SignInRefused
from cm_tracker.domain.staff.roles import roles_in
from cm_tracker.domain.staff.second_factor import HalfSignedIn
from cm_tracker.domain.staff.sign_ins import NOWHERE, Where
from cm_tracker.models import Staff
from cm_tracker.operations.steps.begin_session import begin_session
from cm_tracker.operations.steps.count_sign_in import SignInTry, count_sign_in, end_sign_in_try, take_back_sign_in_try
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.steps.forget_old_sign_ins import forget_old_sign_ins
from cm_tracker.operations.steps.note_refusal import note_refusal
from cm_tracker.operations.steps.renew_password import renew_password
from cm_tracker.operations.steps.start_session import StartedSession
from cm_tracker.passwords import Hasher


def sign_in(
    session: Session,
    *,
    username: str,
    password: str,
    browser: str | None,
    place: str,
    hasher: Hasher,
    limit: Limit,
    now: datetime,
    where: Where = NOWHERE,
    needs_factor: bool = True,
) -> StartedSession | HalfSignedIn:
    """Start a session, or return who has to do the second step. Raise `SignInRefused`, or `SignInWaits`.

    `browser` is the token that the browser has from an earlier sign-in, `place` the source where it has none, and
    `where` that place in words. An unknown name, a wrong password, an account without one and a closed account get the
    same answer after the same time. `needs_factor` is that of `begin_session`; a demonstration needs none.
    """
    username = username.strip().lower()[:60]
    counted = _count(session, username=username, browser=browser, place=place, limit=limit, now=now)
    staff = _with_password(session, username, password, hasher)
    if staff is None:
        _refuse(session, counted=counted, now=now)
        raise SignInRefused
    if hasher.is_outdated(staff.password_hash):
        _renew(session, staff_id=staff.id, stored=staff.password_hash, renewed=hasher.hash(password))
    begun = _start(
        session, staff=staff, counted=counted, browser=browser, where=where, needs_factor=needs_factor, now=now
    )
    _forget_old(session, now=now)
    return begun


def _with_password(session: Session, username: str, password: str, hasher: Hasher) -> Any:
    """Return the open account that has this password, or None."""
    staff = session.execute(
        select(Staff.id, Staff.password_hash, Staff.is_active, Staff.roles).where(Staff.username == username)
    ).one_or_none()
    is_right = hasher.matches(staff.password_hash if staff else None, password)
    return staff if staff is not None and is_right and staff.is_active else None


@one_transaction
def _start(
    session: Session,
    *,
    staff: Any,
    counted: SignInTry,
    browser: str | None,
    where: Where,
    needs_factor: bool,
    now: datetime,
) -> StartedSession | HalfSignedIn:
    begun = begin_session(
        session,
        staff_id=staff.id,
        roles=roles_in(staff.roles),
        browser=browser,
        where=where,
        needs_factor=needs_factor,
        now=now,
    )
    if isinstance(begun, HalfSignedIn):
        take_back_sign_in_try(session, counted)
    else:
        end_sign_in_try(session, counted)
    return begun


# A try is counted in a transaction of its own, before the password is checked.
_count = one_transaction(count_sign_in)
_refuse = one_transaction(note_refusal)
_renew = one_transaction(renew_password)
# It locks rows of others' tries, so it holds no lock of the sign-in.
_forget_old = one_transaction(forget_old_sign_ins)
