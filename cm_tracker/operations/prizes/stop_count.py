"""Stop a round of counts in which nobody has counted yet: it was begun by mistake."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import CountHasBegun, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CountRound
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.open_round import end_round, lock_round


@one_transaction
def stop_count(session: Session, *, site_id: int, actor: Actor, now: datetime) -> None:
    """Stop the open round of a site. Do nothing where none is open; raise `CountHasBegun` where somebody has counted."""
    if not actor.reaches(site_id):
        raise NotFound(what="site")
    if not actor.may("stock:count", site_id):
        raise NotAllowed(roles=actor.roles)
    found = lock_round(session, CountRound.site_id == site_id)
    if found is None:
        return
    if found.has_counts:
        raise CountHasBegun
    end_round(session, found.id, "stopped", now)
    note_audit(session, "count:stopped", f"count_round:{found.id}", actor=actor, now=now, site_id=site_id)
