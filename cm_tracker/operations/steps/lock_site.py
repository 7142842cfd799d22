"""Lock a site before its rules are changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Site


def lock_site(session: Session, site_id: int, permission: str, actor: Actor) -> Site:
    """Lock a site until the commit and return its row.

    Raise `NotFound` for a site that the actor does not reach, and `NotAllowed` for a role without the permission.
    """
    site = session.execute(select(Site).where(Site.id == site_id).with_for_update(key_share=True)).scalar_one_or_none()
    if site is None or not actor.reaches(site_id):
        raise NotFound(what="site")
    if not actor.may(permission, site_id):
        raise NotAllowed(roles=actor.roles)
    return site
