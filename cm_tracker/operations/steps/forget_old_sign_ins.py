"""Delete what counts no longer when somebody signs in: counts of failed tries, browsers and one-time codes.

Strangers add rows to the first of these tables, so it must not grow for ever. The audit trail and the log of views keep
who signed in, which codes were made and used, and which passwords were wrong.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.sign_ins import KEPT_DAYS, KNOWN_DAYS
from cm_tracker.models import Browser, BrowserUse, OneTimeCode, Throttle

# A few of each kind at a time, so that nobody waits for it.
MOST = 100


def forget_old_sign_ins(session: Session, *, now: datetime) -> None:
    """Delete some of what has not counted for `KEPT_DAYS`. Rows that somebody else works with are left for the next time."""
    kept_from = now - timedelta(days=KEPT_DAYS)
    old_tries = select(Throttle.subject).where(Throttle.last_failed_at < kept_from).limit(MOST)
    session.execute(delete(Throttle).where(Throttle.subject.in_(old_tries.with_for_update(skip_locked=True))))
    old_codes = select(OneTimeCode.id).where(OneTimeCode.ends_at < kept_from).limit(MOST)
    session.execute(delete(OneTimeCode).where(OneTimeCode.id.in_(old_codes)))
    known_from = kept_from - timedelta(days=KNOWN_DAYS)
    is_used = exists().where(BrowserUse.browser_id == Browser.id, BrowserUse.signed_in_at >= known_from)
    old_browsers = session.execute(select(Browser.id).where(~is_used).limit(MOST)).scalars().all()
    if old_browsers:
        session.execute(delete(BrowserUse).where(BrowserUse.browser_id.in_(old_browsers)))
        session.execute(delete(Browser).where(Browser.id.in_(old_browsers)))
