"""A lead adds a panel to a site: the strips of a cup."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.panels import MOST_PANELS, Strip, check_panel
from cm_tracker.models import PanelRow, PanelStrip
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once


@one_transaction
def add_panel(
    session: Session,
    *,
    site_id: int,
    name: str,
    strips: Sequence[Strip],
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Add a panel with its strips, in their order, and return its id. The strips never change afterwards.

    Raise what `check_panel` raises, and `BadInput` where a panel in use has the name or the site has too many panels.
    """
    lock_site(session, site_id, "panel:manage", actor)

    def write() -> int:
        check_panel(name, strips)
        in_use = select(func.count()).where(PanelRow.site_id == site_id, PanelRow.retired_at.is_(None))
        if session.execute(in_use).scalar_one() >= MOST_PANELS:
            raise BadInput("The site has %(most)s panels. Retire one first.", "name", most=MOST_PANELS)
        if session.execute(in_use.where(func.lower(PanelRow.name) == name.strip().lower())).scalar_one():
            raise BadInput("A panel of this site has the name already. Choose another one.", "name")
        panel_id = session.execute(
            insert(PanelRow).values(site_id=site_id, name=name.strip(), created_at=now).returning(PanelRow.id)
        ).scalar_one()
        session.execute(
            insert(PanelStrip),
            [
                {
                    "panel_id": panel_id,
                    "analyte": strip.analyte,
                    "place": place,
                    "cutoff": strip.cutoff,
                    "unit": strip.unit,
                }
                for place, strip in enumerate(strips)
            ],
        )
        note_audit(session, "panel:added", f"panel:{panel_id}", actor=actor, now=now, site_id=site_id)
        return panel_id

    content = [site_id, name, *([strip.analyte, strip.cutoff, strip.unit] for strip in strips)]
    return run_once(session, key, "add_panel", content, actor, now, write)
