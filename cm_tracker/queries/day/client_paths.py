"""The path of each track of a client: what the last visits earned, closed days, and what the next ones would earn."""

from collections.abc import Mapping
from datetime import timedelta

from cm_tracker.domain.day.client_week import is_drawn
from cm_tracker.domain.day.slots import CLOSED, Slot, slots_between
from cm_tracker.domain.visits.path import Expected, Step, path_of
from cm_tracker.queries.clients.enrollment_cards import EnrollmentCard
from cm_tracker.queries.day.client_today import ClientDay

WEEKS_BEFORE, WEEKS_AHEAD = timedelta(weeks=5), timedelta(weeks=3)


def paths_of(enrollment: EnrollmentCard, of: ClientDay) -> Mapping[str, tuple[Step, ...]]:
    """Return the path of each track of an enrollment by its behavior. It asks the database nothing."""
    slots: tuple[Slot, ...] = ()
    drawn: set[Slot] = set()
    if of.planned is not None and of.week is not None and enrollment.is_running:
        slots = slots_between(of.week, of.planned, of.day - WEEKS_BEFORE, of.day + WEEKS_AHEAD)
        drawn = {slot for slot in slots if is_drawn(of.planned.plans, slot)}
    settled = {(line.slot.service_id, line.slot.on_day) for line in of.lines if not line.is_open}
    paths = {}
    for state in enrollment.tracks:
        behavior = state.track.behavior
        mine = [slot for slot in slots if slot.behavior == behavior]
        coming = [
            Expected(slot.on_day, slot in drawn)
            for slot in mine
            if slot.excused_by is None and slot.on_day >= of.day and (slot.service_id, slot.on_day) not in settled
        ]
        closed = {slot.on_day for slot in mine if slot.excused_by == CLOSED and slot.on_day <= of.day}
        paths[behavior] = path_of(enrollment.history, behavior, of.day, coming, closed)
    return paths
