"""A client confirms with their PIN, on a staff screen or at the kiosk."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NoPin, NotAllowed, NotFound, WrongPin
from cm_tracker.domain.kiosk.tries import STAFF_SCREEN, guesses_at, guesses_from
from cm_tracker.domain.prizes.offers import Confirmation
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.operations.steps.count_try import Limit, count_try, forget_tries
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.renew_pin import renew_pin
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.main_records import main_id_of


def confirm_pin(
    session: Session,
    *,
    client_id: int,
    pin: str,
    how: str,
    hasher: Hasher,
    limit: Limit,
    actor: Actor,
    now: datetime,
    device_id: int | None = None,
    permission: str = "prize:redeem",
) -> Confirmation:
    """Check a client's PIN and return the client's confirmation. Nothing is handed out or signed yet.

    `how` says where the client confirms, and `device_id` is the tablet, or None on a screen of staff. `permission` is
    what the actor needs for that which is confirmed. Raise `NoPin` for a client without a PIN, `BadInput` where nothing
    was typed, `WrongPin` with the number of tries that are left, and `TooManyTries` after too many wrong tries for this
    client at this tablet, or on screens of staff.
    """
    client = session.execute(
        select(Client.id, Client.code, Client.site_id, Client.pin_hash).where(Client.id == main_id_of(client_id))
    ).one_or_none()
    if client is None or not actor.reaches(client.site_id):
        raise NotFound(what="client")
    if not actor.may(permission, client.site_id):
        raise NotAllowed(roles=actor.roles)
    if client.pin_hash is None:
        raise NoPin
    if not pin:
        raise BadInput("Let the client type their PIN, or say why they do not.", "pin")
    here = guesses_from(guesses_at(client.site_id, client.code), device_id or STAFF_SCREEN)
    left = _count_try(session, subjects=[(here, limit)], now=now).left
    is_right = hasher.matches(client.pin_hash, pin)
    if is_right and hasher.is_outdated(client.pin_hash):
        _renew(session, client_id=client.id, stored=client.pin_hash, renewed=hasher.hash(pin))
    _finish(session, client, here, is_right=is_right, actor=actor, now=now)
    if not is_right:
        raise WrongPin(left=left)
    return Confirmation(client.id, how)


@one_transaction
def _finish(session: Session, client: Any, here: str, *, is_right: bool, actor: Actor, now: datetime) -> None:
    if is_right:
        forget_tries(session, here)
    else:
        note_audit(
            session,
            "pin:refused",
            f"client:{client.id}",
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
        )


# A try is counted in a transaction of its own, before the PIN is checked.
_count_try = one_transaction(count_try)
_renew = one_transaction(renew_pin)
