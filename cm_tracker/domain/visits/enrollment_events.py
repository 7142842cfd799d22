"""An enrollment as it would be after it is ended, paused, resumed or moved, or after such an event is withdrawn.

Every check of days and visits is here. Nothing is read and nothing is written: the page shows what a proposal would
change (`settling.preview_event`), and the operation writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from cm_tracker.domain.clients.events import (
    COUNTS,
    END,
    END_REASONS,
    MISTAKE,
    MOVE,
    PAUSE,
    WITHDRAWN,
    EnrollmentEvent,
    EnrollmentSpan,
)
from cm_tracker.domain.errors import (
    AlreadyEnded,
    AlreadyPaused,
    BadInput,
    BeforeEnrollment,
    InTheFuture,
    MistakeHasVisits,
    NotFound,
    VisitAfterEnd,
    VisitInPause,
)
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.schedules.timeline import ONE_DAY, Pause
from cm_tracker.domain.visits.corrections import VOIDED
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.kept import Subject

MOST_DAYS_AHEAD = 60
# A list of moves has at most so many enrollments: each is a transaction of its own.
MOST_MOVES = 100


@dataclass(frozen=True, slots=True)
class ProposedEvent:
    """A record of an event that is not written yet (`event.id` is 0 for a new event).

    `after` is the enrollment as it would be, and `voids` are the absences that it takes away.
    """

    event: EnrollmentEvent
    state: str
    after: EnrollmentHistory
    voids: tuple[CurrentVisit, ...] = ()

    @property
    def subjects(self) -> frozenset[Subject]:
        """What the record and the visits that it voids are about."""
        days = {(visit.behavior, visit.happened_on.isoformat()) for visit in self.voids}
        return frozenset({("enrollment_event", str(self.event.id)), *days})


def propose_end(history: EnrollmentHistory, last_day: date, reason: str, now: datetime) -> ProposedEvent:
    """Return an end after `last_day`, which still belongs to the enrollment.

    Raise what stands against it: an end before, a visit after it, a day to come. An enrollment that was entered by
    mistake may have no visit that counts.
    """
    if reason not in END_REASONS:
        raise BadInput("Choose why the enrollment ends.", "reason")
    _check_open(history)
    if reason == MISTAKE:
        if history.visits:
            raise MistakeHasVisits(count=len(history.visits))
        last_day = history.starts_on
    else:
        if last_day < history.starts_on:
            raise BeforeEnrollment(day=last_day, starts_on=history.starts_on)
        if last_day > history.day_of(now):
            raise InTheFuture(day=last_day)
        if history.visits and history.visits[-1].happened_on > last_day:
            raise VisitAfterEnd(day=history.visits[-1].happened_on, visit_id=history.visits[-1].id)
    return _proposed(history, EnrollmentEvent(0, 0, END, last_day, None, reason, None))


def propose_pause(history: EnrollmentHistory, first_day: date, last_day: date | None, now: datetime) -> ProposedEvent:
    """Return a pause of these days; without a last day it goes on until it is resumed.

    There was nothing to miss on its days, so it voids the absences there. Raise `VisitInPause` for any other visit on
    one of them, and what else stands against it.
    """
    _check_open(history)
    _check_day(history, first_day, "first_day", now)
    if last_day is not None and last_day < first_day:
        raise BadInput("The last day of the pause is before its first. Correct one of the two.", "last_day")
    if last_day is None and history.span.open_pause is not None:
        raise AlreadyPaused(since=history.span.open_pause.from_day)
    voids = tuple(
        replace(visit, correction=VOIDED, recorded_at=now) for visit in absences_in(history, Pause(first_day, last_day))
    )
    return _proposed(history, EnrollmentEvent(0, 0, PAUSE, first_day, last_day, None, None), voids=voids)


def propose_resumption(history: EnrollmentHistory, first_day_back: date, now: datetime) -> ProposedEvent:
    """Return the end of the pause that goes on: `first_day_back` counts again. Raise `BadInput` where there is none."""
    pause = history.span.open_pause
    if pause is None:
        raise BadInput("The enrollment is not paused.", "first_day_back")
    _check_day(history, first_day_back, "first_day_back", now)
    if first_day_back <= pause.from_day:
        raise BadInput(
            "The client comes back after the first day of the pause. If there was no pause, a lead withdraws it.",
            "first_day_back",
        )
    return _proposed(history, pause._replace(to_day=first_day_back - ONE_DAY))


def propose_move(
    history: EnrollmentHistory, version_id: int, schedule: Schedule, from_day: date, now: datetime
) -> ProposedEvent:
    """Return a move to another version from a day on. Raise what stands against it."""
    _check_open(history)
    _check_day(history, from_day, "from_day", now)
    if history.timeline.schedule_on(from_day) == schedule:
        raise BadInput("The enrollment follows this version on that day already.", "schedule_version_id")
    return _proposed(history, EnrollmentEvent(0, 0, MOVE, from_day, None, None, version_id), schedule)


def propose_withdrawal(history: EnrollmentHistory, event_id: int) -> ProposedEvent:
    """Return the record that withdraws an event, by the id of any of its records. Raise `NotFound`.

    Absences that a pause voided stay voided.
    """
    event = history.span.event(event_id)
    if event is None:
        raise NotFound(what="enrollment")
    return ProposedEvent(event, WITHDRAWN, _after(history, history.span.without_event(event), ()))


def absences_in(history: EnrollmentHistory, pause: Pause) -> tuple[CurrentVisit, ...]:
    """Return the absences on the days of a pause. Raise `VisitInPause` for any other visit on one of them."""
    first_day, last_day = pause
    visits = [
        visit
        for visit in history.visits
        if first_day <= visit.happened_on and (last_day is None or visit.happened_on <= last_day)
    ]
    for visit in visits:
        if not visit.is_absence:
            raise VisitInPause(day=visit.happened_on, visit_id=visit.id)
    return tuple(visits)


def _proposed(
    history: EnrollmentHistory,
    event: EnrollmentEvent,
    schedule: Schedule | None = None,
    voids: tuple[CurrentVisit, ...] = (),
) -> ProposedEvent:
    return ProposedEvent(event, COUNTS, _after(history, history.span.with_event(event, schedule), voids), voids)


def _after(history: EnrollmentHistory, span: EnrollmentSpan, voids: Sequence[CurrentVisit]) -> EnrollmentHistory:
    return replace(history.with_visits(voids), span=span)


def _check_open(history: EnrollmentHistory) -> None:
    if history.span.ended_on is not None:
        raise AlreadyEnded(day=history.span.ended_on)


def _check_day(history: EnrollmentHistory, day: date, field: str, now: datetime) -> None:
    if day < history.starts_on:
        raise BeforeEnrollment(day=day, starts_on=history.starts_on)
    if day > history.day_of(now) + timedelta(days=MOST_DAYS_AHEAD):
        raise BadInput("This day may lie at most %(most)s days ahead.", field, most=MOST_DAYS_AHEAD)
