"""Add an account of a member of staff, or change one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, NotAllowed
from cm_tracker.domain.staff.credentials import check_account
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.write_staff import write_staff
from cm_tracker.passwords import Hasher


def save_staff(
    session: Session,
    *,
    username: str,
    display_name: str,
    roles: Collection[str],
    site_ids: Collection[int],
    password: str | None,
    is_active: bool,
    hasher: Hasher,
    actor: Actor,
    now: datetime,
    staff_id: int | None = None,
) -> int:
    """Change an account, or add a new one where `staff_id` is None. Return the account's id.

    Nobody may give a role or a site that is beyond their own, or change an account that has one (`check_grant`). With
    `password`
    None, the password stays as it is. Closing an account or setting a new password ends the account's sessions.
    """
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    refusals = AllRefusals()
    with refusals:
        username = check_account(username, password, display_name=display_name, is_new=staff_id is None)
    # Hashing takes a while, so it is done before the transaction, and only where nothing is wrong.
    password_hash = hasher.hash(password) if password is not None and not refusals.found else None
    return _write(
        session,
        username=username,
        display_name=display_name,
        roles=frozenset(roles),
        site_ids=frozenset(site_ids),
        password_hash=password_hash,
        is_active=is_active,
        actor=actor,
        now=now,
        staff_id=staff_id,
        found=refusals.found,
    )


_write = one_transaction(write_staff)
