"""Find the client whose code is typed at a tablet."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.codes import bare_code
from cm_tracker.domain.clients.id_cards import is_card_number
from cm_tracker.domain.kiosk.tries import KNOWN_DAYS
from cm_tracker.models import Client, IdCard, KioskDevice, KioskUse
from cm_tracker.queries.clients.main_records import Record, main_of


def client_at_tablet(session: Session, device_id: int, code: str, now: datetime) -> Any:
    """Return the client of the tablet's site with this code, else the only one whose code has the same letters and digits.

    The number of an ID card names the client whose valid card it is, and the code of a record that was merged names its
    main record. The row has `id`, `code`, `pin_hash`, `site_id`, and `is_known`: whether the client has opened their card
    at this tablet lately. Return None where there is no such client, or the tablet was revoked.
    """
    code = code.strip().upper()[:40]
    query = (
        select(
            Client.id,
            Client.code,
            Client.pin_hash,
            Client.site_id,
            exists()
            .where(
                KioskUse.client_id == Client.id,
                KioskUse.device_id == device_id,
                KioskUse.opened_at > now - timedelta(days=KNOWN_DAYS),
            )
            .label("is_known"),
        )
        .join(Record, main_of(Record) == Client.id)
        .join(KioskDevice, KioskDevice.site_id == Client.site_id)
        .where(KioskDevice.id == device_id, KioskDevice.revoked_at.is_(None))
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
