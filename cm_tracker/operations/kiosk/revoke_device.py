"""A lead revokes a paired tablet."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KioskDevice, KioskSession, PinApproval
from cm_tracker.operations.steps.lock_device import lock_device
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def revoke_device(session: Session, *, device_id: int, actor: Actor, now: datetime) -> None:
    """Revoke a tablet at once: a card that is open there closes, and its browser has to be paired anew."""
    device = lock_device(session, device_id, actor)
    session.execute(
        update(KioskDevice)
        .where(KioskDevice.id == device.id)
        .values(revoked_at=now, revoked_by_id=actor.staff_id, stopped_at=None)
    )
    session.execute(delete(KioskSession).where(KioskSession.device_id == device.id))
    session.execute(delete(PinApproval).where(PinApproval.device_id == device.id))
    note_audit(
        session,
        "device:revoked",
        f"device:{device.id}",
        actor=actor,
        now=now,
        site_id=device.site_id,
        device=device.id,
    )
