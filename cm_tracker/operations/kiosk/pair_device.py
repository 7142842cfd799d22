"""A tablet is paired with a site by the code that a lead has made."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import PairingRefused
from cm_tracker.domain.kiosk.pairing import TRIES
from cm_tracker.domain.typed_codes import bare_code
from cm_tracker.models import KioskPairing
from cm_tracker.operations.steps.add_device import AT_KIOSK, add_device
from cm_tracker.operations.steps.count_try import Limit, count_try, forget_tries
from cm_tracker.passwords import token_hash


def pair_device(session: Session, *, code: str, place: str, wait: timedelta, now: datetime) -> str:
    """Pair a browser and return the token that its cookie holds. The code may be typed with or without its hyphen.

    Raise `PairingRefused` for a code that is wrong, was used or is too old, and `TooManyTries` after too many of them
    from one `place` (the source of a network address, as for signing in), until `wait` is over.
    """
    # A browser that is not paired has nothing else by which it is known again.
    subject = f"pairing:{place}"
    _count_try(session, subjects=[(subject, Limit(TRIES, wait))], now=now)
    return _pair(session, code=bare_code(code), subject=subject, now=now)


@one_transaction
def _pair(session: Session, *, code: str, subject: str, now: datetime) -> str:
    used = session.execute(
        delete(KioskPairing)
        .where(KioskPairing.code_hash == token_hash(code), KioskPairing.ends_at > now)
        .returning(KioskPairing.site_id, KioskPairing.name, KioskPairing.language, KioskPairing.staff_id)
    ).one_or_none()
    if used is None:
        raise PairingRefused(field="code")
    forget_tries(session, subject)
    return add_device(
        session,
        site_id=used.site_id,
        name=used.name,
        language=used.language,
        paired_by_id=used.staff_id,
        actor=AT_KIOSK,
        now=now,
    ).token


# A try is counted in a transaction of its own, before the code is looked at.
_count_try = one_transaction(count_try)
