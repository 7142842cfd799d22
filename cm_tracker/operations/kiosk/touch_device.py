"""Note when a paired tablet was last used."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import in_passing
from cm_tracker.models import KioskDevice


@in_passing
def touch_device(session: Session, *, device_id: int, now: datetime) -> None:
    """Note that a tablet was used now."""
    session.execute(update(KioskDevice).where(KioskDevice.id == device_id).values(last_seen_at=now))
