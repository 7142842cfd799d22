"""A client opens their card at the kiosk with their code and PIN."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import KioskRefused
from cm_tracker.models import KioskDevice, KioskSession, KioskUse
from cm_tracker.operations.steps.add_device import AT_KIOSK
from cm_tracker.operations.steps.client_at_tablet import client_at_tablet
from cm_tracker.operations.steps.count_kiosk_try import KioskTry, count_kiosk_try, end_kiosk_try
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.renew_pin import renew_pin
from cm_tracker.passwords import Hasher, token_hash


def open_kiosk(
    session: Session,
    *,
    code: str,
    pin: str,
    device_id: int,
    hasher: Hasher,
    limit: Limit,
    lasts: timedelta,
    now: datetime,
) -> str:
    """Open a client's card at a tablet for a short time and return its token. The code may be typed without its hyphens.

    The number of a valid ID card stands for the code. The PIN is asked in any case.

    Raise `KioskRefused` for an unknown code, for a wrong PIN, for a client who has no PIN, and for a client of another
    site: all look the same. Raise `TooManyTries` after too many wrong PINs for the client at this tablet, or too many
    different codes that failed there. The last of these is noted, and leads and auditors see it.
    """
    client = client_at_tablet(session, device_id, code, now)
    counted = _count(session, device_id=device_id, code=code, client=client, limit=limit, now=now)
    if not hasher.matches(client.pin_hash if client else None, pin) or client is None:
        _refuse(session, device_id=device_id, counted=counted, now=now)
        raise KioskRefused
    if hasher.is_outdated(client.pin_hash):
        _renew(session, client_id=client.id, stored=client.pin_hash, renewed=hasher.hash(pin))
    return _open(session, client=client, device_id=device_id, counted=counted, lasts=lasts, now=now)


@one_transaction
def _refuse(session: Session, *, device_id: int, counted: KioskTry, now: datetime) -> None:
    note_audit(session, "kiosk:refused", "client:unknown", actor=AT_KIOSK, now=now)
    if not counted.stops_device:
        return
    stopped = session.execute(
        update(KioskDevice)
        .where(KioskDevice.id == device_id, KioskDevice.stopped_at.is_(None), KioskDevice.revoked_at.is_(None))
        .values(stopped_at=now)
        .returning(KioskDevice.site_id)
    ).one_or_none()
    # One line for an incident: as long as nobody has looked into it, it is the same one.
    if stopped is not None:
        note_audit(
            session,
            "device:stopped",
            f"device:{device_id}",
            actor=AT_KIOSK,
            now=now,
            site_id=stopped.site_id,
            device=device_id,
        )


@one_transaction
def _open(session: Session, *, client: Any, device_id: int, counted: KioskTry, lasts: timedelta, now: datetime) -> str:
    end_kiosk_try(session, counted)
    session.execute(delete(KioskSession).where((KioskSession.client_id == client.id) | (KioskSession.ends_at <= now)))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(KioskUse)
        .values(client_id=client.id, device_id=device_id, opened_at=now)
        .on_conflict_do_update(index_elements=["client_id", "device_id"], set_={"opened_at": now})
    )
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(KioskSession).values(
            token_hash=token_hash(token),
            client_id=client.id,
            device_id=device_id,
            started_at=now,
            ends_at=now + lasts,
        )
    )
    note_audit(
        session,
        "kiosk:opened",
        f"client:{client.id}",
        actor=AT_KIOSK,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
    )
    return token


# A try is counted in a transaction of its own, before the PIN is checked.
_count = one_transaction(count_kiosk_try)
_renew = one_transaction(renew_pin)
