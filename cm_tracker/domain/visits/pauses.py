"""What a pause of an enrollment does to the visits that are recorded on its days."""

from cm_tracker.domain.errors import VisitInPause
from cm_tracker.domain.schedules.outcomes import EXCUSED, UNEXCUSED
from cm_tracker.domain.schedules.timeline import Pause
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory


def absences_in(history: EnrollmentHistory, pause: Pause) -> tuple[CurrentVisit, ...]:
    """Return the absences on the days of a pause: there was nothing to miss, so the pause voids them.

    Raise `VisitInPause` for any other visit on one of its days, because somebody who came was not away.
    """
    first_day, last_day = pause
    visits = [
        visit
        for visit in history.visits
        if first_day <= visit.happened_on and (last_day is None or visit.happened_on <= last_day)
    ]
    for visit in visits:
        if visit.outcome not in (EXCUSED, UNEXCUSED):
            raise VisitInPause(day=visit.happened_on, visit_id=visit.id)
    return tuple(visits)
