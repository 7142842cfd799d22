"""Lock a saved report before it is changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SavedReport
from cm_tracker.queries.reports.saved import SavedLine, saved_report


def lock_saved(session: Session, saved_id: int, actor: Actor) -> SavedLine:
    """Lock a saved report of the actor's sites until the commit, and return it as it is.

    Raise `NotFound`, also for one that was retired.
    """
    session.execute(select(SavedReport.id).where(SavedReport.id == saved_id).with_for_update(key_share=True))
    return saved_report(session, actor, saved_id)
