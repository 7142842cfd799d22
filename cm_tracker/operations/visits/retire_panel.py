"""A lead retires a panel, so that no form shows it, or brings it back."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import PanelRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def retire_panel(session: Session, *, panel_id: int, is_retired: bool, actor: Actor, now: datetime) -> int:
    """Retire a panel or bring it back, and return the id of its site. Nothing is written if it is so already.

    Raise `NotFound` for a panel of a site that the actor does not reach.
    """
    site_id = session.execute(select(PanelRow.site_id).where(PanelRow.id == panel_id)).scalar_one_or_none()
    if site_id is None or not actor.reaches(site_id):
        raise NotFound(what="panel")
    lock_site(session, site_id, "panel:manage", actor)
    changed = session.execute(
        update(PanelRow)
        .where(
            PanelRow.id == panel_id, PanelRow.retired_at.is_(None) if is_retired else PanelRow.retired_at.is_not(None)
        )
        .values(retired_at=now if is_retired else None)
        .returning(PanelRow.id)
    ).scalar_one_or_none()
    if changed is not None:
        tag = "panel:retired" if is_retired else "panel:reopened"
        note_audit(session, tag, f"panel:{panel_id}", actor=actor, now=now, site_id=site_id)
    return site_id
