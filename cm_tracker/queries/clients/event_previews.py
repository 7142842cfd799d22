"""What an end, a pause, a resumption, a move or a withdrawal would change, before anything is written.

The domain decides (`domain.visits.enrollment_events`), and its refusals pass through here.
"""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import (
    ProposedEvent,
    propose_end,
    propose_move,
    propose_pause,
    propose_resumption,
    propose_withdrawal,
)
from cm_tracker.domain.visits.event_changes import changes_of
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.settling import Changes
from cm_tracker.queries.clients.enrollments import history_and_ledger_state
from cm_tracker.queries.schedules.documents import usable_schedule


def preview_end(
    session: Session, actor: Actor, enrollment_id: int, last_day: date, reason: str, now: datetime
) -> Changes:
    """Return what an end changes. Raise `NotFound` for another site's enrollment, as every function here does."""
    return _changes(session, actor, enrollment_id, lambda history: propose_end(history, last_day, reason, now), now)


def preview_pause(
    session: Session, actor: Actor, enrollment_id: int, first_day: date, last_day: date | None, now: datetime
) -> Changes:
    """Return what a pause changes, with the absences that it voids."""
    return _changes(
        session, actor, enrollment_id, lambda history: propose_pause(history, first_day, last_day, now), now
    )


def preview_resumption(
    session: Session, actor: Actor, enrollment_id: int, first_day_back: date, now: datetime
) -> Changes:
    """Return what resuming changes."""
    return _changes(
        session, actor, enrollment_id, lambda history: propose_resumption(history, first_day_back, now), now
    )


def preview_move(
    session: Session, actor: Actor, enrollment_id: int, version_id: int, from_day: date, now: datetime
) -> Changes:
    """Return what a move to another version changes. Raise `NotFound` and `VersionNotYet` as `usable_schedule` does."""

    def propose(history: EnrollmentHistory) -> ProposedEvent:
        schedule = usable_schedule(session, version_id, history.day_of(now))
        return propose_move(history, version_id, schedule, from_day, now)

    return _changes(session, actor, enrollment_id, propose, now)


def preview_withdrawal(session: Session, actor: Actor, enrollment_id: int, event_id: int, now: datetime) -> Changes:
    """Return what withdrawing an event changes. Raise `NotFound` for an event that does not count."""
    return _changes(session, actor, enrollment_id, lambda history: propose_withdrawal(history, event_id), now)


def _changes(
    session: Session,
    actor: Actor,
    enrollment_id: int,
    propose: Callable[[EnrollmentHistory], ProposedEvent],
    now: datetime,
) -> Changes:
    history, ledger_state = history_and_ledger_state(session, enrollment_id)
    if not actor.reaches(history.site_id):
        raise NotFound(what="enrollment")
    return changes_of(history, ledger_state, propose(history), now)
