"""Add a site."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.write_site import write_site


@one_transaction
def add_site(
    session: Session, *, name: str, time_zone: str, has_checklist: bool = False, actor: Actor, now: datetime
) -> int:
    """Add a site with its time zone (an IANA name such as America/Chicago). Return the site's id.

    With `has_checklist`, as the page and the commands for people open a site, its first client waits for the checklist.
    """
    return write_site(session, name=name, time_zone=time_zone, has_checklist=has_checklist, actor=actor, now=now)
