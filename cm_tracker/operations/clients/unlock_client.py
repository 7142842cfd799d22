"""A member of staff lets a client try their PIN again at once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.kiosk.tries import guesses_at
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.operations.steps.count_try import forget_guesses
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def unlock_client(session: Session, *, client_id: int, actor: Actor, now: datetime) -> None:
    """Forget every wrong PIN of a client, at each tablet and on each screen, so that they need not wait."""
    client = lock_client(session, client_id, "client:change", actor)
    code = session.execute(select(Client.code).where(Client.id == client.id)).scalar_one()
    forget_guesses(session, guesses_at(client.site_id, code))
    note_audit(
        session,
        "client:unlocked",
        f"client:{client.id}",
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
    )
