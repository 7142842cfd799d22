"""Set up a new clinic: its first site, its first lead and its first admin, all of it or nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import Taken
from cm_tracker.domain.staff.credentials import clean_username
from cm_tracker.domain.staff.passwords import check_password
from cm_tracker.domain.staff.roles import ADMIN, LEAD, Actor
from cm_tracker.models import Site, Staff
from cm_tracker.operations.steps.write_site import write_site
from cm_tracker.operations.steps.write_staff import write_staff
from cm_tracker.passwords import Hasher


class FirstAccount(NamedTuple):
    """Somebody who can sign in from the first day on."""

    name: str
    username: str
    password: str


def set_up_clinic(
    session: Session,
    *,
    site_name: str,
    time_zone: str,
    lead: FirstAccount,
    admin: FirstAccount,
    hasher: Hasher,
    actor: Actor,
    now: datetime,
) -> int:
    """Add the first site with its lead, and the admin. Return the site's id.

    Raise `Taken` where there is an account already, or where both have the same user name.
    """
    people = [
        (
            role,
            one.name,
            clean_username(one.username),
            hasher.hash(check_password(one.password, one.username, one.name)),
        )
        for role, one in ((LEAD, lead), (ADMIN, admin))
    ]
    return _write(session, site_name, time_zone, people, actor, now)


@one_transaction
def _write(
    session: Session,
    site_name: str,
    time_zone: str,
    people: Iterable[tuple[str, str, str, str]],
    actor: Actor,
    now: datetime,
) -> int:
    if (first := session.execute(select(Staff.username).limit(1)).scalar_one_or_none()) is not None:
        raise Taken(what="user name", value=first)
    # An installation before this version could leave a site without anybody.
    site_id = session.execute(select(Site.id).where(Site.name == site_name.strip())).scalar_one_or_none()
    if site_id is None:
        site_id = write_site(session, name=site_name, time_zone=time_zone, has_checklist=True, actor=actor, now=now)
    for role, name, username, password_hash in people:
        write_staff(
            session,
            username=username,
            display_name=name,
            roles=frozenset({role}),
            site_ids=frozenset({site_id} if role == LEAD else ()),
            is_active=True,
            actor=actor,
            now=now,
            staff_id=None,
            password_hash=password_hash,
        )
    return site_id
