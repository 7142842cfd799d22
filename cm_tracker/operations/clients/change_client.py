"""Change a client's preferred name and the language that the kiosk uses for them."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.codes import check_client
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.operations.steps.check_known import check_known
from cm_tracker.operations.steps.index_name import index_name
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


@one_transaction
def change_client(
    session: Session,
    *,
    client_id: int,
    preferred_name: str,
    language: str,
    actor: Actor,
    now: datetime,
    shown: str | None = None,
) -> None:
    """Change a client's preferred name and language. The code and the site stay the same.

    `shown` stands for the other clients with such a name that the page has shown, as in `open_client`. A name that
    stays is not compared.
    """
    client = lock_client(session, client_id, "client:change", actor)
    check_client(preferred_name, language)
    name = preferred_name.strip()
    old_name = session.execute(select(Client.preferred_name).where(Client.id == client.id)).scalar_one()
    if shown is not None and name != old_name:
        check_known(session, client.site_id, name, shown, but_client=client.id)
    session.execute(update(Client).where(Client.id == client.id).values(preferred_name=name, language=language))
    if name != old_name:
        index_name(session, client.id, name)
    keep_states(session, f"client:{client.id}")
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
