"""A member of staff sets a password with a one-time code, and is signed in."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import CodeRefused, MakersBrowser
from cm_tracker.domain.staff.one_time_codes import is_makers_browser
from cm_tracker.domain.staff.passwords import check_password
from cm_tracker.domain.staff.roles import Actor, roles_in
from cm_tracker.domain.staff.second_factor import HalfSignedIn
from cm_tracker.domain.staff.sign_ins import KNOWN_DAYS, Where
from cm_tracker.domain.typed_codes import bare_code
from cm_tracker.models import Browser, BrowserUse, OneTimeCode, Staff
from cm_tracker.operations.steps.begin_session import begin_session
from cm_tracker.operations.steps.count_sign_in import count_sign_in, end_sign_in_try
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.note_refusal import note_refusal
from cm_tracker.operations.steps.start_session import StartedSession
from cm_tracker.passwords import Hasher, token_hash


def redeem_code(
    session: Session,
    *,
    username: str,
    code: str,
    new: str,
    browser: str | None,
    place: str,
    where: Where,
    hasher: Hasher,
    limit: Limit,
    now: datetime,
    needs_factor: bool = True,
) -> StartedSession | HalfSignedIn:
    """Set the password of the account that has this code, and start a session. The code may be typed without hyphens.

    A wrong code counts as a wrong password does: raise `CodeRefused`, or `SignInWaits`. The code keeps counting where
    `MakersBrowser` or `WeakPassword` is raised. `browser`, `place`, `where` and `needs_factor` are those of `sign_in`, and so
    is the answer: whoever has a second factor does the second step, too.
    """
    username = username.strip().lower()[:60]
    counted = _count(session, username=username, browser=browser, place=place, limit=limit, now=now)
    found = _with_code(session, username, bare_code(code), hasher, now)
    if found is None:
        _refuse(session, counted=counted, now=now, tag="staff:code-refused")
        raise CodeRefused
    _take_back(session, counted)
    if is_makers_browser(found.made_by_id, _signed_in_there(session, browser, now)):
        raise MakersBrowser(field="code")
    password_hash = hasher.hash(check_password(new, found.username, found.display_name, field="new"))
    return _redeem(
        session,
        found=found,
        password_hash=password_hash,
        browser=browser,
        where=where,
        now=now,
        needs_factor=needs_factor,
    )


def _with_code(session: Session, username: str, code: str, hasher: Hasher, now: datetime) -> Any:
    """Return the open account that has this code, and who made it, or None. An unknown name takes as long."""
    found = session.execute(
        select(
            OneTimeCode.id,
            OneTimeCode.code_hash,
            OneTimeCode.made_by_id,
            OneTimeCode.staff_id,
            Staff.username,
            Staff.display_name,
            Staff.roles,
        )
        .join(Staff, Staff.id == OneTimeCode.staff_id)
        .where(
            Staff.username == username,
            Staff.is_active,
            *_counts(now),
        )
    ).one_or_none()
    return found if hasher.matches(found.code_hash if found else None, code) else None


def _counts(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a code that counts: the newest one of its account, neither used nor too old."""
    later = aliased(OneTimeCode)
    is_newest = ~exists().where(later.staff_id == OneTimeCode.staff_id, later.id > OneTimeCode.id)
    return OneTimeCode.used_at.is_(None), OneTimeCode.ends_at > now, is_newest


def _signed_in_there(session: Session, browser: str | None, now: datetime) -> frozenset[int]:
    """Return who has signed in in a browser lately."""
    if not browser:
        return frozenset()
    rows = session.execute(
        select(BrowserUse.staff_id)
        .join(Browser, Browser.id == BrowserUse.browser_id)
        .where(Browser.token_hash == token_hash(browser), BrowserUse.signed_in_at > now - timedelta(days=KNOWN_DAYS))
    )
    return frozenset(rows.scalars())


@one_transaction
def _redeem(
    session: Session,
    *,
    found: Any,
    password_hash: str,
    browser: str | None,
    where: Where,
    now: datetime,
    needs_factor: bool,
) -> StartedSession | HalfSignedIn:
    # First the account, then its code, as `make_code` does.
    session.execute(update(Staff).where(Staff.id == found.staff_id).values(password_hash=password_hash))
    used = session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.id == found.id, *_counts(now))
        .values(used_at=now, **where._asdict())
        .returning(OneTimeCode.id)
    )
    if used.one_or_none() is None:
        raise CodeRefused  # it was used, or another one was made, while the password was hashed
    note_audit(
        session,
        "staff:code-used",
        f"staff:{found.staff_id}",
        actor=Actor(found.staff_id, roles_in(found.roles), None, "web"),
        now=now,
        made_by=found.made_by_id,
        **where._asdict(),
    )
    return begin_session(
        session,
        staff_id=found.staff_id,
        roles=roles_in(found.roles),
        browser=browser,
        where=where,
        needs_factor=needs_factor,
        now=now,
    )


# A try is counted in a transaction of its own, before the code is looked at.
_count = one_transaction(count_sign_in)
_refuse = one_transaction(note_refusal)
_take_back = one_transaction(end_sign_in_try)
