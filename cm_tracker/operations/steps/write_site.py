"""Write a site."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed, Taken
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.sites import check_site_name, check_time_zone
from cm_tracker.models import Site
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


def write_site(
    session: Session, *, name: str, time_zone: str, has_checklist: bool = False, actor: Actor, now: datetime
) -> int:
    """Add a site with its time zone, and note it. Return the site's id. Raise `Taken` for a name that another site has.

    With `has_checklist` its first client waits until the checklist is complete.
    """
    if not actor.may("site:manage"):
        raise NotAllowed(roles=actor.roles)
    name = check_site_name(name)
    check_time_zone(time_zone)
    if session.execute(select(Site.id).where(Site.name == name)).first() is not None:
        raise Taken(what="name", value=name)
    site_id: int = session.execute(
        insert(Site)
        .values(name=name, time_zone=time_zone, created_at=now, has_checklist=True if has_checklist else None)
        .returning(Site.id)
    ).scalar_one()
    keep_states(session, f"site:{site_id}")
    note_audit(session, "site:added", f"site:{site_id}", actor=actor, now=now, site_id=site_id)
    return site_id
