"""Know a browser again in which somebody has signed in, so that what fails elsewhere does not keep them out of it."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.sign_ins import KNOWN_DAYS
from cm_tracker.models import Browser, BrowserUse
from cm_tracker.passwords import token_hash


def know_browser(session: Session, *, token: str | None, staff_id: int, now: datetime) -> str:
    """Note that an account signed in in a browser, and return the token for its cookie.

    A token that the program has not made is replaced by a new one. So is one that counts no longer, whose browser may be
    deleted at any time.
    """
    browser_id = _known(session, token, now) if token else None
    if token is None or browser_id is None:
        token = secrets.token_urlsafe(32)
        browser_id = session.execute(
            insert(Browser).values(token_hash=token_hash(token)).returning(Browser.id)
        ).scalar_one()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(BrowserUse)
        .values(browser_id=browser_id, staff_id=staff_id, signed_in_at=now)
        .on_conflict_do_update(index_elements=["browser_id", "staff_id"], set_={"signed_in_at": now})
    )
    return token


def _known(session: Session, token: str, now: datetime) -> int | None:
    is_used = exists().where(
        BrowserUse.browser_id == Browser.id, BrowserUse.signed_in_at > now - timedelta(days=KNOWN_DAYS)
    )
    found = session.execute(select(Browser.id).where(Browser.token_hash == token_hash(token), is_used))
    return found.scalar_one_or_none()
