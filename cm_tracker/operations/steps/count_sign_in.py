"""Count a try at a password or a one-time code of staff.

It counts for the account at its source, for the account elsewhere, and for the source.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import SignInWaits, TooManyTries
from cm_tracker.domain.staff.sign_ins import (
    KNOWN_DAYS,
    SOURCE_ACCOUNTS,
    browser_source,
    failures_from,
    limit_of_account,
    limit_of_source,
    sign_ins_from,
    sign_ins_of,
)
from cm_tracker.domain.tries import Limit
from cm_tracker.models import Browser, BrowserUse, Staff
from cm_tracker.operations.steps.count_try import CountedTry, Origin, check_wait, count_try, forget_tries, take_back
from cm_tracker.passwords import token_hash


class SignInTry(NamedTuple):
    """A try that was counted, at the account of `staff_id` or at a name that nobody has. `source` is where it was made.

    `at_here` has the tries at the account from there, and those from everywhere unless the browser knows the account.
    `at_source` is None in such a browser, and where the account has failed from there before, and counted already.
    """

    staff_id: int | None
    source: str
    account: str
    from_here: str
    at_here: CountedTry
    at_source: CountedTry | None

    @property
    def stops_source(self) -> bool:
        """Return whether this is the last different account that may fail from the source."""
        return self.at_source is not None and self.at_source.failures[failures_from(self.source)] == SOURCE_ACCOUNTS


def count_sign_in(
    session: Session, *, username: str, browser: str | None, place: str, limit: Limit, now: datetime
) -> SignInTry:
    """Count a try before the password is looked at. `browser` is the token of the browser's cookie, or None.

    `place` is the source of a browser in which nobody has signed in: its address, or the tablet. In a browser that knows
    the account, what fails elsewhere does not count. Raise `SignInWaits` where the account or the source has to wait.
    """
    staff_id = session.execute(select(Staff.id).where(Staff.username == username)).scalar_one_or_none()
    source, is_known = _source(session, browser, place, staff_id, now)
    account = sign_ins_of(username if staff_id is None else staff_id)
    here = sign_ins_from(account, source)
    origins = {here: Origin(staff_id, source), account: Origin(staff_id), failures_from(source): Origin(None, source)}
    try:
        if is_known:
            at_here = count_try(session, subjects=[(here, limit)], now=now, origins=origins)
            return SignInTry(staff_id, source, account, here, at_here, None)
        at_here = count_try(
            session, subjects=[(here, limit), (account, limit_of_account(limit))], now=now, origins=origins
        )
        # The rows of accounts are always locked before that of the source, so that two tries never wait for each other.
        of_source = (failures_from(source), limit_of_source(limit))
        if at_here.failures[here] > 1:
            check_wait(session, *of_source, now)
            return SignInTry(staff_id, source, account, here, at_here, None)
        at_source = count_try(session, subjects=[of_source], now=now, origins=origins)
    except TooManyTries as wait:
        raise SignInWaits(minutes=wait.minutes) from None
    return SignInTry(staff_id, source, account, here, at_here, at_source)


def end_sign_in_try(session: Session, counted: SignInTry) -> None:
    """Forget what failed for the account here: the password was right.

    What failed elsewhere stays counted, and so do the other accounts that failed from the source.
    """
    take_back_sign_in_try(session, counted)
    forget_tries(session, counted.from_here)


def take_back_sign_in_try(session: Session, counted: SignInTry) -> None:
    """Take back the one try: the password was right, and a second step follows. What failed before stays counted.

    Otherwise whoever knows the password could type it between two wrong codes, and guess codes without end.
    """
    take_back(session, counted.at_here, counted.at_here.before.keys())
    if counted.at_source is not None:
        take_back(session, counted.at_source, [failures_from(counted.source)])


def _source(session: Session, browser: str | None, place: str, staff_id: int | None, now: datetime) -> tuple[str, bool]:
    """Return the source of a try, and whether it is a browser that knows the account.

    A browser in which somebody else has signed in lately is a source of its own: its address may be that of a clinic.
    """
    if not browser:
        return place, False
    uses = session.execute(
        select(BrowserUse.browser_id, BrowserUse.staff_id)
        .join(Browser, Browser.id == BrowserUse.browser_id)
        .where(Browser.token_hash == token_hash(browser), BrowserUse.signed_in_at > now - timedelta(days=KNOWN_DAYS))
    ).all()
    if not uses:
        return place, False
    return browser_source(uses[0].browser_id), any(use.staff_id == staff_id for use in uses)
