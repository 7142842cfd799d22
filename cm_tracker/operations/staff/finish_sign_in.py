"""A member of staff does the second step of signing in."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import ProofRefused, StepOver
from cm_tracker.domain.staff.roles import Actor, roles_in
from cm_tracker.domain.staff.second_factor import HalfSignedIn, mark_of
from cm_tracker.domain.staff.sign_ins import NOWHERE, Where
from cm_tracker.models import Staff
from cm_tracker.operations.steps.check_factor import RECOVERY, Proof, check_factor
from cm_tracker.operations.steps.count_sign_in import SignInTry, count_sign_in, end_sign_in_try
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.note_refusal import note_refusal
from cm_tracker.operations.steps.start_session import StartedSession, start_session
from cm_tracker.secret_box import SecretBox


def finish_sign_in(
    session: Session,
    *,
    half: HalfSignedIn,
    proof: Proof,
    browser: str | None,
    place: str,
    box: SecretBox,
    limit: Limit,
    now: datetime,
    where: Where = NOWHERE,
) -> StartedSession:
    """Start the session of somebody who is half signed in. The caller checks how long ago they typed their password.

    Wrong codes count like wrong passwords: raise `ProofRefused`, or `SignInWaits` where the account or the source has to
    wait. Nobody can guess a signature, so a passkey never waits. Raise `StepOver` where the account was closed or its
    password changed since the first step.
    """
    staff = session.execute(
        select(Staff.id, Staff.username, Staff.roles, Staff.password_hash).where(
            Staff.id == half.staff_id, Staff.is_active
        )
    ).one_or_none()
    if staff is None or mark_of(staff.password_hash) != half.mark:
        raise StepOver
    counted = None
    if proof.signed is None:
        counted = _count(session, username=staff.username, browser=browser, place=place, limit=limit, now=now)
    started = _start(session, staff=staff, proof=proof, counted=counted, browser=browser, where=where, box=box, now=now)
    if started is None:
        if counted is not None:
            _refuse(session, counted=counted, now=now)
        raise ProofRefused(what=proof.what, username=staff.username)
    return started


@one_transaction
def _start(
    session: Session,
    *,
    staff: Any,
    proof: Proof,
    counted: SignInTry | None,
    browser: str | None,
    where: Where,
    box: SecretBox,
    now: datetime,
) -> StartedSession | None:
    way = check_factor(session, staff_id=staff.id, proof=proof, box=box, now=now)
    if way is None:
        return None
    if counted is not None:
        end_sign_in_try(session, counted)
    started = start_session(
        session, staff_id=staff.id, roles=roles_in(staff.roles), browser=browser, where=where, now=now
    )
    if way == RECOVERY:
        actor = Actor(staff.id, roles_in(staff.roles), None, "web")
        note_audit(session, "staff:recovery-code-used", f"staff:{staff.id}", actor=actor, now=now)
    return started


_count = one_transaction(count_sign_in)
_refuse = one_transaction(note_refusal)
