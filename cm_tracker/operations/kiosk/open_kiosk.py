"""A client opens their card at the kiosk with code and PIN."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients import bare_code
from cm_tracker.domain.errors import KioskRefused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, KioskSession
from cm_tracker.operations.steps.count_try import CountedTry, Limit, count_try, forget_tries, guesses_at, take_back
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import Hasher, token_hash

KIOSK = Actor(None, "", frozenset(), "kiosk")


def open_kiosk(
    session: Session,
    *,
    code: str,
    pin: str,
    device: str,
    hasher: Hasher,
    limit: Limit,
    lasts: timedelta,
    now: datetime,
) -> str:
    """Open a client's card for a short time and answer its token. The code may be typed without its hyphens.

    Raises `KioskRefused` for an unknown code, a wrong PIN or a client without one (all alike), and
    `TooManyTries` for a code or a device that has failed too often. A device may fail more often
    than a code: many clients share it.
    """
    code = code.strip().upper()[:40]
    guesses = guesses_at(code)
    of_device = f"device:{hashlib.sha256(device.encode()).hexdigest()}"
    many = Limit(limit.tries * 4, limit.wait)
    counted = _count_try(session, subjects=[(guesses, limit), (of_device, many)], now=now)
    client = _client(session, code)
    if not hasher.matches(client.pin_hash if client else None, pin) or client is None:
        _refuse(session, now=now)
        raise KioskRefused
    return _open(
        session,
        client_id=client.id,
        site_id=client.site_id,
        guesses=guesses,
        of_device=of_device,
        counted=counted,
        lasts=lasts,
        now=now,
    )


def _client(session: Session, code: str) -> Any:
    """The client with a code, else the only one whose code has these letters and digits; None where there is none."""
    asked = select(Client.id, Client.pin_hash, Client.site_id)
    found = session.execute(asked.where(Client.code == code)).one_or_none()
    if found is None:
        alike = session.execute(asked.where(func.replace(Client.code, "-", "") == bare_code(code)).limit(2)).all()
        found = alike[0] if len(alike) == 1 else None
    return found


@one_transaction
def _refuse(session: Session, *, now: datetime) -> None:
    note_audit(session, "kiosk:refused", "client:unknown", actor=KIOSK, now=now)


@one_transaction
def _open(
    session: Session,
    *,
    client_id: int,
    site_id: int,
    guesses: str,
    of_device: str,
    counted: CountedTry,
    lasts: timedelta,
    now: datetime,
) -> str:
    forget_tries(session, guesses)
    take_back(session, counted, [of_device])
    session.execute(delete(KioskSession).where((KioskSession.client_id == client_id) | (KioskSession.ends_at <= now)))
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(KioskSession).values(
            token_hash=token_hash(token), client_id=client_id, started_at=now, ends_at=now + lasts
        )
    )
    note_audit(
        session, "kiosk:opened", f"client:{client_id}", actor=KIOSK, now=now, site_id=site_id, client_id=client_id
    )
    return token


_count_try = one_transaction(count_try)
