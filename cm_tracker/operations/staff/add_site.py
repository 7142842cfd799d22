"""Add a site."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.write_site import write_site


@one_transaction
def add_site(session: Session, *, name: str, time_zone: str, actor: Actor, now: datetime) -> int:
    """Add a site with its time zone (an IANA name such as America/Chicago). Return the site's id."""
    return write_site(session, name=name, time_zone=time_zone, actor=actor, now=now)
