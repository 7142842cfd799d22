"""A lead makes the code with which a tablet is paired."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound, Taken
from cm_tracker.domain.kiosk.pairing import LENGTH, LIVES, check_device
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.typed_codes import new_code
from cm_tracker.models import KioskDevice, KioskPairing, Site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import token_hash


@one_transaction
def start_pairing(session: Session, *, site_id: int, name: str, language: str, actor: Actor, now: datetime) -> str:
    """Return a code that pairs one tablet with a site within ten minutes. Only its hash is stored.

    An earlier code for a tablet of the same name pairs nothing any more. Raise `BadInput` for the name or the language,
    and `Taken` where a tablet of the site has the name.
    """
    if not actor.reaches(site_id) or session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not actor.may("device:manage", site_id):
        raise NotAllowed(roles=actor.roles)
    name = check_device(name, language)
    is_taken = select(KioskDevice.id).where(
        KioskDevice.site_id == site_id, KioskDevice.name == name, KioskDevice.revoked_at.is_(None)
    )
    if session.execute(is_taken.limit(1)).first() is not None:
        raise Taken(what="name", value=name, field="name")
    session.execute(
        delete(KioskPairing).where(
            (KioskPairing.ends_at <= now) | ((KioskPairing.site_id == site_id) & (KioskPairing.name == name))
        )
    )
    code = new_code(LENGTH)
    session.execute(
        insert(KioskPairing).values(
            code_hash=token_hash(code),
            site_id=site_id,
            name=name,
            language=language,
            staff_id=actor.staff_id,
            ends_at=now + LIVES,
        )
    )
    note_audit(session, "pairing:started", f"site:{site_id}", actor=actor, now=now, site_id=site_id)
    return code
