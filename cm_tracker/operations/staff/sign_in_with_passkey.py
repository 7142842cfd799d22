"""A member of staff signs in with a passkey alone, also where wrong passwords make the account wait."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import ProofRefused
from cm_tracker.domain.staff.roles import roles_in
from cm_tracker.domain.staff.sign_ins import NOWHERE, Where
from cm_tracker.models import Staff
from cm_tracker.operations.steps.check_factor import check_passkey
from cm_tracker.operations.steps.start_session import StartedSession, start_session
from cm_tracker.passkeys import SignedChallenge


def sign_in_with_passkey(
    session: Session, *, signed: SignedChallenge, browser: str | None, now: datetime, where: Where = NOWHERE
) -> StartedSession:
    """Start a session of the open account whose passkey signed. Raise `ProofRefused`.

    A passkey is two factors: the device that has it, and the finger, face or PIN that it asked for. Nobody can guess a
    signature, so nothing is counted, and no wait of the account counts.
    """
    started = _start(session, signed=signed, browser=browser, where=where, now=now)
    if started is None:
        raise ProofRefused(what="passkey")
    return started


@one_transaction
def _start(
    session: Session, *, signed: SignedChallenge, browser: str | None, where: Where, now: datetime
) -> StartedSession | None:
    staff_id = check_passkey(session, signed=signed, staff_id=None, now=now)
    roles = session.execute(select(Staff.roles).where(Staff.id == staff_id, Staff.is_active)).scalar_one_or_none()
    if staff_id is None or roles is None:
        return None
    return start_session(session, staff_id=staff_id, roles=roles_in(roles), browser=browser, where=where, now=now)
