"""A lead or an admin makes the one-time code with which somebody sets a password."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed
from cm_tracker.domain.staff.one_time_codes import LENGTH, LIVES
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.typed_codes import new_code
from cm_tracker.models import OneTimeCode, Staff
from cm_tracker.operations.steps.count_try import forget_account
from cm_tracker.operations.steps.end_sessions import end_sessions
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.write_staff import check_may_change
from cm_tracker.passwords import Hasher


class MadeCode(NamedTuple):
    """A code that was just made. It is nowhere else: the database has only its hash."""

    code: str
    ends_at: datetime


def make_code(session: Session, *, staff_id: int, hasher: Hasher, actor: Actor, now: datetime) -> MadeCode:
    """Return a code with which the person of an account sets a password within a day.

    From now on the account has no password, its sessions have ended, its waits are over, and an earlier code does not
    count any more. Raise `NotFound` or `NotAllowed` for an account that the actor may not change, and `BadInput` for
    one's own or a closed one.
    """
    code, ends_at = new_code(LENGTH), now + LIVES
    # Hashing takes a while, so it is done before the transaction.
    _make(session, staff_id=staff_id, code_hash=hasher.hash(code), ends_at=ends_at, actor=actor, now=now)
    return MadeCode(code, ends_at)


@one_transaction
def _make(session: Session, *, staff_id: int, code_hash: str, ends_at: datetime, actor: Actor, now: datetime) -> None:
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    check_may_change(session, staff_id, actor)
    # An unlocked screen must not be enough to take its account.
    if staff_id == actor.staff_id:
        raise BadInput("A code is for somebody else's account. Change your own password with the current one.")
    # The row is locked, so that a code is not used while another one is made.
    locked = select(Staff.is_active, Staff.password_hash).where(Staff.id == staff_id).with_for_update(key_share=True)
    account = session.execute(locked).one()
    if not account.is_active:
        raise BadInput("This account is closed. Open it first, then make a code.")
    session.execute(update(Staff).where(Staff.id == staff_id).values(password_hash=None))
    end_sessions(session, staff_id, now)
    forget_account(session, staff_id)
    session.execute(
        insert(OneTimeCode).values(
            staff_id=staff_id,
            code_hash=code_hash,
            made_by_id=actor.staff_id,
            made_at=now,
            ends_at=ends_at,
        )
    )
    note_audit(
        session,
        "staff:code-issued",
        f"staff:{staff_id}",
        actor=actor,
        now=now,
        had_password=account.password_hash is not None,
    )
