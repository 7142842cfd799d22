"""Write an account of a member of staff: a new one, or what changes in one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import AllRefusals, BadInput, NotAllowed, NotFound, Refused, Taken
from cm_tracker.domain.staff.credentials import check_display_name
from cm_tracker.domain.staff.roles import (
    ROLES,
    Actor,
    check_grant,
    check_roles,
    may_give,
    reaches_every_site,
    roles_in,
    roles_text,
)
from cm_tracker.models import Site, Staff, StaffSite
from cm_tracker.operations.steps.end_sessions import end_sessions
from cm_tracker.operations.steps.lock_statement import end_statements
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


def write_staff(
    session: Session,
    *,
    username: str,
    display_name: str,
    roles: frozenset[str],
    site_ids: frozenset[int],
    is_active: bool,
    actor: Actor,
    now: datetime,
    staff_id: int | None,
    password_hash: str | None = None,
    found: tuple[Refused, ...] = (),
) -> int:
    """Change an account, or add a new one where `staff_id` is None, and note it. Return the account's id.

    Only a new account of a clinic's first day, or of the demonstration, has a `password_hash`. Raise as `save_staff` does, together with what it `found`.
    """
    if not actor.may("staff:manage"):
        raise NotAllowed(roles=actor.roles)
    if staff_id is None:
        check_grant((), roles, _giver(actor), keeps_the_rest=True)
    else:
        rest = {"username": username, "display_name": display_name.strip(), "is_active": is_active}
        _check_change(session, staff_id, roles, rest, actor)
    refusals = AllRefusals(found)
    with refusals:
        display_name = check_display_name(display_name)
    with refusals:
        check_roles(roles)
    with refusals:
        known = set(session.execute(select(Site.id)).scalars())
        if not site_ids <= known or not all(actor.reaches(site_id) for site_id in site_ids):
            raise BadInput("Choose sites of your own.", "site_ids")
        if not site_ids and not reaches_every_site(roles):
            raise BadInput("Choose at least one site.", "site_ids")
    with refusals:
        same_name = session.execute(select(Staff.id).where(Staff.username == username)).scalar_one_or_none()
        if same_name not in (None, staff_id):
            raise Taken(what="user name", value=username, field="username")
    refusals.raise_any()
    values: dict[str, object] = {
        "username": username,
        "display_name": display_name,
        "roles": roles_text(roles),
        "is_active": is_active,
    }
    if staff_id is None:
        tag = "staff:added"
        values["password_hash"] = password_hash
        staff_id = session.execute(insert(Staff).values(created_at=now, **values).returning(Staff.id)).scalar_one()
    else:
        tag = "staff:changed"
        session.execute(update(Staff).where(Staff.id == staff_id).values(**values))
        session.execute(delete(StaffSite).where(StaffSite.staff_id == staff_id))
        if not is_active:
            end_sessions(session, staff_id, now)
    if site_ids:
        session.execute(
            insert(table(StaffSite)), [{"staff_id": staff_id, "site_id": site_id} for site_id in sorted(site_ids)]
        )
    keep_states(session, f"staff:{staff_id}")
    note_audit(
        session,
        tag,
        f"staff:{staff_id}",
        actor=actor,
        now=now,
        roles=roles_text(roles),
        sites=sorted(site_ids),
        active=is_active,
    )
    end_statements(session, staff_id=staff_id, roles=roles, is_active=is_active, actor=actor, now=now)
    return staff_id


def check_may_change(session: Session, staff_id: int, actor: Actor) -> None:
    """Raise `NotFound` or `NotAllowed` for an account that the actor may not change in every way."""
    account = _account(session, staff_id, actor)
    if not roles_in(account.roles) <= may_give(_giver(actor)):
        raise NotAllowed(roles=actor.roles)


def _giver(actor: Actor) -> Collection[str]:
    """Return the roles with which the actor gives others theirs; a command on the clinic's machine may give all."""
    return ROLES if actor.staff_id is None else actor.roles


def _account(session: Session, staff_id: int, actor: Actor) -> Any:
    """Return an account. Raise `NotFound` for one that has none of the actor's sites, `NotAllowed` where it has others."""
    account = session.execute(
        select(Staff.username, Staff.display_name, Staff.roles, Staff.is_active).where(Staff.id == staff_id)
    ).one_or_none()
    sites = set(session.execute(select(StaffSite.site_id).where(StaffSite.staff_id == staff_id)).scalars())
    if account is None or (sites and not any(actor.reaches(site_id) for site_id in sites)):
        raise NotFound(what="account")
    if not all(actor.reaches(site_id) for site_id in sites):
        raise NotAllowed(roles=actor.roles)
    return account


def _check_change(
    session: Session, staff_id: int, roles: frozenset[str], rest: Mapping[str, object], actor: Actor
) -> None:
    """Check that the actor may give an account these roles; `rest` is the rest of the account as it will be."""
    account = _account(session, staff_id, actor)
    held = roles_in(account.roles)
    if staff_id == actor.staff_id and (not rest["is_active"] or roles != held):
        raise BadInput("You cannot close your own account or change its roles. Ask somebody else to.", "roles")
    keeps_the_rest = all(account._mapping[name] == value for name, value in rest.items())
    check_grant(held, roles, _giver(actor), keeps_the_rest=keeps_the_rest)
