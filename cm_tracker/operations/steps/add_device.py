"""Add a paired tablet."""

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KioskDevice
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import token_hash

# Who acts where nobody is signed in: a browser at the kiosk.
AT_KIOSK = Actor(None, frozenset(), frozenset(), "kiosk")


class NewDevice(NamedTuple):
    """A tablet that was added, and the token that its browser keeps. The table has only the token's hash."""

    id: int
    token: str


def add_device(
    session: Session, *, site_id: int, name: str, language: str, paired_by_id: int | None, actor: Actor, now: datetime
) -> NewDevice:
    """Add a tablet and return it with its token."""
    token = secrets.token_urlsafe(32)
    device_id = session.execute(
        insert(KioskDevice)
        .values(
            site_id=site_id,
            name=name,
            language=language,
            token_hash=token_hash(token),
            paired_at=now,
            paired_by_id=paired_by_id,
            last_seen_at=now,
        )
        .returning(KioskDevice.id)
    ).scalar_one()
    note_audit(session, "device:paired", f"device:{device_id}", actor=actor, now=now, site_id=site_id, device=device_id)
    return NewDevice(device_id, token)
