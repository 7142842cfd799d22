"""A lead enters a lot of a panel's kit, with the day from which it is in use."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.panels import check_lot
from cm_tracker.models import KitLotRow, PanelRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once


@one_transaction
def add_lot(
    session: Session,
    *,
    panel_id: int,
    number: str,
    expires_on: date | None,
    used_from: date | None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter a lot and return its id. From `used_from` on it is the one in use; a mistake is entered again.

    Raise what `check_lot` raises, and `NotFound` for a panel of a site that the actor does not reach.
    """
    site_id = session.execute(select(PanelRow.site_id).where(PanelRow.id == panel_id)).scalar_one_or_none()
    if site_id is None or not actor.reaches(site_id):
        raise NotFound(what="panel")
    site = lock_site(session, site_id, "panel:manage", actor)

    def write() -> int:
        check_lot(number, expires_on, used_from, day_at(now, site.time_zone))
        lot_id = session.execute(
            insert(KitLotRow)
            .values(
                panel_id=panel_id,
                number=number.strip(),
                expires_on=expires_on,
                used_from=used_from,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(KitLotRow.id)
        ).scalar_one()
        note_audit(
            session,
            "lot:added",
            f"kit_lot:{lot_id}",
            actor=actor,
            now=now,
            site_id=site_id,
            used_from=str(used_from),
            expires_on=str(expires_on),
        )
        return lot_id

    content = [panel_id, number, str(expires_on), str(used_from)]
    return run_once(session, key, "add_lot", content, actor, now, write)
