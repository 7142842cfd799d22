"""Know a browser again in which somebody has signed in, so that what fails elsewhere does not keep them out of it."""

import secrets
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.models import Browser, BrowserUse
from cm_tracker.passwords import token_hash


def know_browser(session: Session, *, token: str | None, staff_id: int, now: datetime) -> str:
    """Note that an account signed in in a browser, and return the token for its cookie.

    A token that the program has not made is replaced by a new one.
    """
    found = session.execute(select(Browser.id).where(Browser.token_hash == token_hash(token))) if token else None
    browser_id = found.scalar_one_or_none() if found is not None else None
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
