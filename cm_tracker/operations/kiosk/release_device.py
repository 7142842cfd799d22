"""A lead has looked into a tablet that stopped, and lets it go on."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.kiosk.tries import failures_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KioskDevice
from cm_tracker.operations.steps.count_try import forget_tries
from cm_tracker.operations.steps.lock_device import lock_device
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def release_device(session: Session, *, device_id: int, actor: Actor, now: datetime) -> None:
    """End the wait of a tablet at once, and take it off the first pages of leads and auditors."""
    device = lock_device(session, device_id, actor)
    if device.stopped_at is None:
        return
    session.execute(update(KioskDevice).where(KioskDevice.id == device.id).values(stopped_at=None))
    forget_tries(session, failures_of(device.id))
    note_audit(
        session,
        "device:released",
        f"device:{device.id}",
        actor=actor,
        now=now,
        site_id=device.site_id,
        device=device.id,
    )
