"""A member of staff changes their own password."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.staff.passwords import check_password
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.sign_ins import OWN_PAGE
from cm_tracker.models import Staff
from cm_tracker.operations.steps.count_try import Limit, Origin, count_try, forget_account
from cm_tracker.operations.steps.end_sessions import end_sessions
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import Hasher


def change_password(
    session: Session,
    *,
    old: str,
    new: str,
    token: str,
    hasher: Hasher,
    limit: Limit,
    actor: Actor,
    now: datetime,
) -> None:
    """Set a new password, if `old` is the current one, and end every other session of this person.

    Raise `BadInput` for a wrong `old`, `WeakPassword` for a `new` that is easily guessed, and `TooManyTries`.
    """
    subject = f"password:{actor.staff_id}"
    _count_try(session, subjects=[(subject, limit)], now=now, origins={subject: Origin(actor.staff_id, OWN_PAGE)})
    staff = session.execute(
        select(Staff.username, Staff.display_name, Staff.password_hash).where(Staff.id == actor.staff_id)
    ).one_or_none()
    if staff is None:
        raise NotFound(what="account")
    if not hasher.matches(staff.password_hash, old):
        _refuse(session, actor=actor, now=now)
        raise BadInput("That is not your current password.", "old")
    password_hash = hasher.hash(check_password(new, staff.username, staff.display_name, field="new"))
    _change(session, stored=staff.password_hash, renewed=password_hash, token=token, actor=actor, now=now)


@one_transaction
def _refuse(session: Session, *, actor: Actor, now: datetime) -> None:
    note_audit(session, "staff:password-refused", f"staff:{actor.staff_id}", actor=actor, now=now)


@one_transaction
def _change(session: Session, *, stored: str, renewed: str, token: str, actor: Actor, now: datetime) -> None:
    changed = session.execute(
        update(Staff)
        .where(Staff.id == actor.staff_id, Staff.password_hash == stored)
        .values(password_hash=renewed)
        .returning(Staff.id)
    )
    if changed.one_or_none() is None:
        # Somebody has made a one-time code while the new one was hashed: the old password is void.
        raise BadInput("That is not your current password.", "old")
    if actor.staff_id is not None:
        forget_account(session, actor.staff_id)
        end_sessions(session, actor.staff_id, now, other_than=token)
    note_audit(session, "staff:password-changed", f"staff:{actor.staff_id}", actor=actor, now=now)


# A try is counted in a transaction of its own, before the password is checked.
_count_try = one_transaction(count_try)
