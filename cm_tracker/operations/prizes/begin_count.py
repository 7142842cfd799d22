"""Begin to count a site's cabinet: from now on nobody sees how many prizes should be there."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import CountWaits, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Site
from cm_tracker.operations.steps.open_round import open_round


@one_transaction
def begin_count(session: Session, *, site_id: int, actor: Actor, now: datetime) -> int:
    """Begin a round of counts, or join the one that is open. Return its id.

    Raise `CountWaits` where a count of the open round is checked already: it has to be signed first.
    """
    if not actor.reaches(site_id) or session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not actor.may("stock:count", site_id):
        raise NotAllowed(roles=actor.roles)
    found = open_round(session, site_id, actor=actor, now=now)
    if found.is_checked:
        raise CountWaits
    return found.id
