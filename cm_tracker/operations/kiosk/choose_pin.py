"""A client chooses their first PIN at the kiosk, which a member of staff has just approved."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.pins import check_pin
from cm_tracker.domain.errors import ApprovalOver
from cm_tracker.domain.kiosk.tries import guesses_at
from cm_tracker.models import Client, KioskDevice, PinApproval
from cm_tracker.operations.steps.add_device import AT_KIOSK
from cm_tracker.operations.steps.count_try import forget_guesses
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import Hasher, token_hash
from cm_tracker.queries.staff.site_settings import settings_of_device


def choose_pin(session: Session, *, token: str, pin: str, device_id: int, hasher: Hasher, now: datetime) -> None:
    """Set the PIN of the client of an approval, which is valid once. Wrong PINs of earlier are forgotten.

    Raise `WeakPin` for a PIN that is easily guessed or too short for the tablet's site, and `ApprovalOver` where the
    approval was used, is too old, was made at another tablet, or where the client got a PIN or went to another site
    meanwhile.
    """
    least = settings_of_device(session, device_id).least_pin_digits
    # Hashing takes a tenth of a second: do it before the locks are taken.
    _choose(session, token=token, pin_hash=hasher.hash(check_pin(pin, least)), device_id=device_id, now=now)


@one_transaction
def _choose(session: Session, *, token: str, pin_hash: str, device_id: int, now: datetime) -> None:
    approval = session.execute(
        delete(PinApproval)
        .where(
            PinApproval.token_hash == token_hash(token),
            PinApproval.device_id == device_id,
            PinApproval.ends_at > now,
        )
        .returning(PinApproval.client_id, PinApproval.staff_id)
    ).one_or_none()
    if approval is None:
        raise ApprovalOver
    site = select(KioskDevice.site_id).where(KioskDevice.id == device_id, KioskDevice.revoked_at.is_(None))
    client = session.execute(
        update(Client)
        .where(
            Client.id == approval.client_id,
            Client.pin_hash.is_(None),
            Client.merged_into_id.is_(None),
            Client.site_id.in_(site),
        )
        .values(pin_hash=pin_hash)
        .returning(Client.id, Client.code, Client.site_id)
    ).one_or_none()
    if client is None:
        raise ApprovalOver
    forget_guesses(session, guesses_at(client.site_id, client.code))
    note_audit(
        session,
        "client:pin-set",
        f"client:{client.id}",
        actor=AT_KIOSK,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        approved_by=approval.staff_id,
    )
