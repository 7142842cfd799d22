"""An account of the demonstration begins with a password that everybody knows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.credentials import clean_username
from cm_tracker.domain.staff.passwords import check_password
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.write_staff import write_staff
from cm_tracker.passwords import Hasher


def add_demonstration_account(
    session: Session,
    *,
    username: str,
    display_name: str,
    roles: Collection[str],
    site_ids: Collection[int],
    password: str,
    hasher: Hasher,
    actor: Actor,
    now: datetime,
) -> int:
    """Add an account that can sign in at once, and return its id.

    Raise `NotAllowed` unless the actor acts for the demonstration: in a real clinic nobody knows another's password.
    """
    if actor.via != "demonstration":
        raise NotAllowed(roles=actor.roles)
    # Hashing takes a while, so it is done before the transaction.
    password_hash = hasher.hash(check_password(password, username, display_name))
    return _write(
        session,
        username=clean_username(username),
        display_name=display_name,
        roles=frozenset(roles),
        site_ids=frozenset(site_ids),
        is_active=True,
        actor=actor,
        now=now,
        staff_id=None,
        password_hash=password_hash,
    )


_write = one_transaction(write_staff)
