"""A browser of the demonstration is paired without a code."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KioskDevice, Site
from cm_tracker.operations.steps.add_device import NewDevice, add_device


@one_transaction
def pair_demonstration(session: Session, *, site_id: int, name: str = "", actor: Actor, now: datetime) -> NewDevice:
    """Pair a tablet with a site of the demonstration and return it. Without a name it gets the next number.

    Raise `NotAllowed` unless the actor acts for the demonstration: no page of a real clinic has one.
    """
    if actor.via != "demonstration":
        raise NotAllowed(roles=actor.roles)
    if session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not name:
        count = session.execute(select(func.count()).where(KioskDevice.site_id == site_id)).scalar_one()
        name = f"Browser {count}"
    return add_device(session, site_id=site_id, name=name, language="en", paired_by_id=None, actor=actor, now=now)
