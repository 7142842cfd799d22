"""What saving would change, before anything is written: the page shows it, the operation checks it.

The domain decides (`domain.visits.proposals`, `domain.visits.settling`), and its refusals pass through here.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import UNDO, check_way
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.proposals import check_specimen, correction_target, propose_correction, propose_visit
from cm_tracker.domain.visits.settling import Preview, preview
from cm_tracker.queries.visits.corrections import correction_context, paid_by_record, specimen_holder, visit_context


def preview_visit(session: Session, actor: Actor, enrollment_id: int, visit: NewVisit, now: datetime) -> Preview | None:
    """Return what a new visit changes for others of its enrollment: None when it changes nothing for them.

    Only an entry that comes late has such changes. Raise `NotFound` for another site's enrollment.
    """
    history, ledger_state = visit_context(session, actor, enrollment_id)
    new = propose_visit(history, visit, actor=actor, now=now)
    check_specimen(new, specimen_holder(session, history.site_id, new))
    changes = preview(history, ledger_state, new)
    return changes if changes.others(new.id) else None


def preview_correction(
    session: Session, actor: Actor, visit_id: int, way: str, visit: NewVisit | None, now: datetime
) -> Preview:
    """Return what a correction changes. Raise `NotFound` for another site's visit."""
    history, ledger_state = correction_context(session, actor, visit_id)
    new = propose_correction(history, visit_id, way, visit, actor=actor, now=now)
    check_specimen(new, specimen_holder(session, history.site_id, new))
    takes_back = paid_by_record(session, history.id, new.newest_id) if way == UNDO else None
    return preview(history, ledger_state, new, takes_back=takes_back)


def check_correction(session: Session, actor: Actor, visit_id: int, way: str, now: datetime) -> None:
    """Let the domain refuse a correction that is not possible, before anything is filled in."""
    history, _ = correction_context(session, actor, visit_id)
    check_way(way, correction_target(history, history.visit(visit_id)), actor, now)
