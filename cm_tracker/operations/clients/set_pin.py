"""Set a client's PIN for the kiosk."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.pins import check_pin
from cm_tracker.domain.kiosk.tries import guesses_at
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, KioskSession
from cm_tracker.operations.steps.count_try import forget_guesses
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.pins import least_pin_digits


def set_pin(session: Session, *, client_id: int, pin: str, hasher: Hasher, actor: Actor, now: datetime) -> None:
    """Set a client's PIN, close their card at the kiosk, and forget failed guesses at the old PIN.

    Raise `WeakPin` for a PIN that is easily guessed, or has fewer digits than the client's site demands.
    """
    least = least_pin_digits(session, client_id)
    # Hashing takes a tenth of a second: do it before the locks are taken.
    _set(session, client_id=client_id, pin_hash=hasher.hash(check_pin(pin, least)), actor=actor, now=now)


@one_transaction
def _set(session: Session, *, client_id: int, pin_hash: str, actor: Actor, now: datetime) -> None:
    client = lock_client(session, client_id, "client:change", actor)
    code = session.execute(
        update(Client).where(Client.id == client.id).values(pin_hash=pin_hash).returning(Client.code)
    ).scalar_one()
    forget_guesses(session, guesses_at(client.site_id, code))
    session.execute(delete(KioskSession).where(KioskSession.client_id == client.id))
    note_audit(
        session,
        "client:pin-set",
        f"client:{client.id}",
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
    )
