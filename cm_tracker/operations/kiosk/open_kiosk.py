"""A client opens their card at the kiosk with their code and PIN."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.codes import bare_code
from cm_tracker.domain.clients.id_cards import is_card_number
from cm_tracker.domain.errors import KioskRefused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, IdCard, KioskSession
from cm_tracker.operations.steps.count_try import CountedTry, Limit, count_try, forget_tries, guesses_at, take_back
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import Hasher, token_hash
from cm_tracker.queries.clients.main_records import Record, main_of

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
    """Open a client's card for a short time and return its token. The code may be typed without its hyphens.

    The number of a valid ID card stands for the code. The PIN is asked in any case.

    Raise `KioskRefused` for an unknown code, for a wrong PIN, and for a client who has no PIN: all three look the
    same. Raise `TooManyTries` for a code or a device with too many failed tries. A device may fail more often than
    a code, because many clients share it.
    """
    code = code.strip().upper()[:40]
    client = _client(session, code)
    # Guesses count for the client, whichever of their codes is typed after two records were merged.
    code_subject = guesses_at(client.code if client else code)
    device_subject = f"device:{hashlib.sha256(device.encode()).hexdigest()}"
    device_limit = Limit(limit.tries * 4, limit.wait)
    counted = _count_try(session, subjects=[(code_subject, limit), (device_subject, device_limit)], now=now)
    if not hasher.matches(client.pin_hash if client else None, pin) or client is None:
        _refuse(session, now=now)
        raise KioskRefused
    return _open(
        session,
        client_id=client.id,
        site_id=client.site_id,
        code_subject=code_subject,
        device_subject=device_subject,
        counted=counted,
        lasts=lasts,
        now=now,
    )


def _client(session: Session, code: str) -> Any:
    """Return the client with this code, else the only client whose code has the same letters and digits, else None.

    The number of an ID card names the client whose valid card it is.

    The code of a record that was merged opens the card of its main record.
    """
    query = (
        select(Client.id, Client.code, Client.pin_hash, Client.site_id)
        .join(Record, main_of(Record) == Client.id)
        .distinct()
    )
    if is_card_number(code):
        holders = query.join(IdCard, IdCard.client_id == Record.id)
        return session.execute(holders.where(IdCard.number == code, IdCard.replaced_at.is_(None))).one_or_none()
    client = session.execute(query.where(Record.code == code)).one_or_none()
    if client is None:
        alike = session.execute(query.where(func.replace(Record.code, "-", "") == bare_code(code)).limit(2)).all()
        client = alike[0] if len(alike) == 1 else None
    return client


@one_transaction
def _refuse(session: Session, *, now: datetime) -> None:
    note_audit(session, "kiosk:refused", "client:unknown", actor=KIOSK, now=now)


@one_transaction
def _open(
    session: Session,
    *,
    client_id: int,
    site_id: int,
    code_subject: str,
    device_subject: str,
    counted: CountedTry,
    lasts: timedelta,
    now: datetime,
) -> str:
    forget_tries(session, code_subject)
    take_back(session, counted, [device_subject])
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


# A try is counted in a transaction of its own, before the PIN is checked.
_count_try = one_transaction(count_try)
