"""Add a site."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed, Taken
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.sites import check_time_zone
from cm_tracker.models import Site
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def add_site(session: Session, *, name: str, time_zone: str, actor: Actor, now: datetime) -> int:
    """Add a site with its time zone (an IANA name such as America/Chicago). Return the site's id."""
    if not actor.may("site:manage"):
        raise NotAllowed(role=actor.role)
    name = name.strip()
    if not name or len(name) > 120:
        raise BadInput("A site needs a name of up to 120 characters.", "name")
    check_time_zone(time_zone)
    if session.execute(select(Site.id).where(Site.name == name)).first() is not None:
        raise Taken(what="name", value=name)
    site_id: int = session.execute(
        insert(Site).values(name=name, time_zone=time_zone, created_at=now).returning(Site.id)
    ).scalar_one()
    note_audit(session, "site:added", f"site:{site_id}", actor=actor, now=now, site_id=site_id)
    return site_id
