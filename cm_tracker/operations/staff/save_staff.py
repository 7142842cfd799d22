"""Add an account of a member of staff, or change one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, NotAllowed
from cm_tracker.domain.staff.credentials import clean_username
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.write_staff import write_staff


@one_transaction
def save_staff(
    session: Session,
    *,
    username: str,
    display_name: str,
    roles: Collection[str],
    site_ids: Collection[int],
    is_active: bool,
    actor: Actor,
    now: datetime,
    staff_id: int | None = None,
) -> int:
    """Change an account, or add a new one where `staff_id` is None. Return the account's id.

    Nobody may give a role or a site that is beyond their own, or change an account that has one (`check_grant`). A new
    account has no password: `make_code` makes the code with which its person sets one. Closing an account ends its
    sessions.
    """
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    refusals = AllRefusals()
    with refusals:
        username = clean_username(username)
    return write_staff(
        session,
        username=username,
        display_name=display_name,
        roles=frozenset(roles),
        site_ids=frozenset(site_ids),
        is_active=is_active,
        actor=actor,
        now=now,
        staff_id=staff_id,
        found=refusals.found,
    )
