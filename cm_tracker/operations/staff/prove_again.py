"""Somebody who is signed in proves again who they are, before an act that could do much harm."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound, ProofRefused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Staff, StaffSession
from cm_tracker.operations.steps.check_factor import RECOVERY, Proof, check_factor
from cm_tracker.operations.steps.count_sign_in import SignInTry, count_sign_in, end_sign_in_try
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.note_refusal import note_refusal
from cm_tracker.passwords import Hasher, token_hash
from cm_tracker.queries.staff.factors import factors_of
from cm_tracker.secret_box import SecretBox


def prove_again(
    session: Session,
    *,
    token: str,
    password: str,
    proof: Proof,
    browser: str | None,
    place: str,
    hasher: Hasher,
    box: SecretBox,
    limit: Limit,
    actor: Actor,
    now: datetime,
) -> None:
    """Note in the session of a token that its person has just proved who they are.

    Whoever has a second factor proves it, and everybody else the password. What is wrong counts like a wrong password at
    the sign-in: raise `ProofRefused`, or `SignInWaits` where the account or the source has to wait.
    """
    staff = session.execute(select(Staff.username, Staff.password_hash).where(Staff.id == actor.staff_id)).one_or_none()
    if staff is None or actor.staff_id is None:
        raise NotFound(what="account")
    has_factor = factors_of(session, actor.staff_id).has_any
    counted = None
    if proof.signed is None:
        counted = _count(session, username=staff.username, browser=browser, place=place, limit=limit, now=now)
    is_right = has_factor or hasher.matches(staff.password_hash, password)
    if not is_right or not _prove(
        session, token=token, proof=proof if has_factor else None, counted=counted, box=box, actor=actor, now=now
    ):
        if counted is not None:
            _refuse(session, counted=counted, now=now, tag="staff:proof-refused", staff_id=actor.staff_id)
        raise ProofRefused(what=proof.what if has_factor else "password", username=staff.username)


@one_transaction
def _prove(
    session: Session,
    *,
    token: str,
    proof: Proof | None,
    counted: SignInTry | None,
    box: SecretBox,
    actor: Actor,
    now: datetime,
) -> bool:
    if proof is not None and actor.staff_id is not None:
        way = check_factor(session, staff_id=actor.staff_id, proof=proof, box=box, now=now)
        if way is None:
            return False
        if way == RECOVERY:
            note_audit(session, "staff:recovery-code-used", f"staff:{actor.staff_id}", actor=actor, now=now)
    if counted is not None:
        end_sign_in_try(session, counted)
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash(token), StaffSession.ended_at.is_(None))
        .values(proved_at=now)
    )
    return True


_count = one_transaction(count_sign_in)
_refuse = one_transaction(note_refusal)
