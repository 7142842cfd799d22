"""Record the visit that a met goal or an accepted slip pays, or take the one that is there."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, SameVisit
from cm_tracker.domain.schedules.outcomes import EXCUSED, MET, UNEXCUSED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import preview
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.write_new_visit import WrittenVisit, write_new_visit


def take_visit(
    session: Session,
    enrollment: LockedEnrollment,
    visit: NewVisit,
    taken: Collection[int],
    *,
    actor: Actor,
    now: datetime,
) -> WrittenVisit:
    """Return the visit of a day on a track: the one that staff recorded on the client's page, or else a new one.

    `taken` are visits that belong to something else: none of them is returned. Nothing is paid for a visit that is there.
    The caller seals. Raise `BadInput` for a late entry that would change other visits, `SameVisit` where the day has a
    visit that cannot be taken, and what `propose_visit` raises.
    """
    there = visits_of_day(enrollment, visit)
    free = next((one for one in there if one.outcome == MET and one.id not in taken), None)
    if free is not None:
        return WrittenVisit(free.id, ())
    if any(one.outcome in (UNEXCUSED, EXCUSED) for one in there):
        raise SameVisit(day=visit.happened_on, visit_id=there[0].id)
    new = propose_visit(enrollment.history, visit, actor=actor, now=now)
    if preview(enrollment.history, enrollment.ledger_state, new).others(new.id):
        raise BadInput(
            "This is entered late and changes later visits. Record it on the client's page, which shows how, and then "
            "come back here: nothing is paid a second time."
        )
    return write_new_visit(session, enrollment, visit, actor=actor, now=now)


def visits_of_day(enrollment: LockedEnrollment, visit: NewVisit) -> tuple[CurrentVisit, ...]:
    """Return the visits that count on the track and the day of a visit."""
    return tuple(
        one
        for one in enrollment.history.visits
        if (one.behavior, one.happened_on) == (visit.behavior, visit.happened_on)
    )
