"""Change a client's preferred name and the language that the kiosk uses for them."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.codes import check_client
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def change_client(
    session: Session, *, client_id: int, preferred_name: str, language: str, actor: Actor, now: datetime
) -> None:
    """Change a client's preferred name and language. The code and the site stay the same."""
    client = lock_client(session, client_id, "client:change", actor)
    check_client(preferred_name, language)
    session.execute(
        update(Client).where(Client.id == client.id).values(preferred_name=preferred_name.strip(), language=language)
    )
    note_audit(
        session,
        "client:changed",
        f"client:{client.id}",
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        language=language,
    )
