"""Open a client's record."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, Taken
from cm_tracker.domain.staff.credentials import clean_code
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Site
from cm_tracker.operations.steps.note_audit import note_audit

LANGUAGES = ("en", "es")


@one_transaction
def open_client(
    session: Session, *, code: str, preferred_name: str, site_id: int, language: str, actor: Actor, now: datetime
) -> int:
    """Open a client at a site. Answers the client's id. Raises `Taken` for a code in use."""
    return add_client(
        session, code=code, preferred_name=preferred_name, site_id=site_id, language=language, actor=actor, now=now
    )


def add_client(
    session: Session, *, code: str, preferred_name: str, site_id: int, language: str, actor: Actor, now: datetime
) -> int:
    """The same inside a transaction that is already open."""
    if not actor.reaches(site_id) or session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not actor.may("client:create", site_id):
        raise NotAllowed(role=actor.role)
    code = clean_code(code)
    check_client(preferred_name, language)
    if session.execute(select(Client.id).where(Client.code == code)).first() is not None:
        raise Taken(what="code", value=code)
    client_id: int = session.execute(
        insert(Client)
        .values(
            code=code,
            preferred_name=preferred_name.strip(),
            site_id=site_id,
            language=language,
            pin_hash=None,
            created_at=now,
        )
        .returning(Client.id)
    ).scalar_one()
    note_audit(
        session, "client:opened", f"client:{client_id}", actor=actor, now=now, site_id=site_id, client_id=client_id
    )
    return client_id


def check_client(preferred_name: str, language: str) -> None:
    """Refuse a name that is too long and a language that the kiosk does not speak."""
    if len(preferred_name.strip()) > 120:
        raise BadInput("The preferred name may have up to 120 characters.", "preferred_name")
    if language not in LANGUAGES:
        raise BadInput(f"The language must be one of: {', '.join(LANGUAGES)}.", "language")
