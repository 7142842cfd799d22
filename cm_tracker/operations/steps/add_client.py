"""Add a client at a site."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.codes import check_client, new_code, plain
from cm_tracker.domain.errors import AllRefusals, NotAllowed, NotFound, Taken
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Site
from cm_tracker.operations.steps.index_name import index_name
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.queries.clients.search import client_of_code


def add_client(
    session: Session,
    *,
    code: str,
    preferred_name: str,
    site_id: int,
    language: str,
    is_practice: bool = False,
    actor: Actor,
    now: datetime,
) -> int:
    """Add a client at a site. Return the client's id. Raise `Taken` for a code that somebody has or had.

    One that `is_practice` stays so for ever (`queries.practice`).
    """
    if not actor.reaches(site_id) or session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not actor.may("client:create", site_id):
        raise NotAllowed(roles=actor.roles)
    refusals = AllRefusals()
    with refusals:
        code = new_code(code)
        if client_of_code(session, code) is not None:
            raise Taken(what="code", value=code, field="code")
    with refusals:
        check_client(preferred_name, language)
    refusals.raise_any()
    client_id: int = session.execute(
        insert(Client)
        .values(
            code=code,
            preferred_name=preferred_name.strip(),
            plain_code=plain(code),
            site_id=site_id,
            language=language,
            pin_hash=None,
            created_at=now,
            is_practice=True if is_practice else None,
        )
        .returning(Client.id)
    ).scalar_one()
    index_name(session, client_id, preferred_name.strip(), is_new=True)
    keep_states(session, f"client:{client_id}")
    detail: dict[str, Any] = {"is_practice": True} if is_practice else {}
    note_audit(
        session,
        "client:opened",
        f"client:{client_id}",
        actor=actor,
        now=now,
        site_id=site_id,
        client_id=client_id,
        **detail,
    )
    return client_id
