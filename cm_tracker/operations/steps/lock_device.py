"""Lock a paired tablet, so that only one writer at a time decides about it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KioskDevice


def lock_device(session: Session, device_id: int, actor: Actor) -> Any:
    """Lock a tablet that is not revoked, and return its id and site. Raise `NotFound` and `NotAllowed`."""
    row = session.execute(
        select(KioskDevice.id, KioskDevice.site_id, KioskDevice.stopped_at)
        .where(KioskDevice.id == device_id, KioskDevice.revoked_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="tablet")
    if not actor.may("device:manage", row.site_id):
        raise NotAllowed(roles=actor.roles)
    return row
