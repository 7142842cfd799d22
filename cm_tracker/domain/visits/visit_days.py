"""On which days a visit can be: inside the enrollment, with a place left, and with something to miss for an absence."""

from dataclasses import replace
from datetime import date, datetime

from cm_tracker.domain.errors import (
    BeforeEnrollment,
    DayPaused,
    EnrollmentEnded,
    InTheFuture,
    MostWerePaid,
    NothingMissed,
    OutsideSchedule,
    SameVisit,
)
from cm_tracker.domain.schedules.ladder import PAID
from cm_tracker.domain.schedules.outcomes import EXCUSED
from cm_tracker.domain.schedules.schedule import Phase, Track
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.hours import voided_hours


def check_day(history: EnrollmentHistory, day: date, now: datetime) -> None:
    """Raise `BeforeEnrollment`, `OutsideSchedule`, `EnrollmentEnded`, `DayPaused` or `InTheFuture` for a day that no visit can fall on."""
    if day < history.starts_on:
        raise BeforeEnrollment(day=day, starts_on=history.starts_on, field="happened_on")
    week = history.timeline.week_of(day)
    last_week = history.timeline.schedule_on(day).last_week
    if week > last_week:
        raise OutsideSchedule(day=day, week=week, last_week=last_week, field="happened_on")
    if history.span.ended_on is not None and day > history.span.ended_on:
        raise EnrollmentEnded(day=day, ended_on=history.span.ended_on, field="happened_on")
    if history.timeline.is_paused(day):
        raise DayPaused(day=day, field="happened_on")
    if day > history.day_of(now):
        raise InTheFuture(day=day, field="happened_on")


def check_absence(
    history: EnrollmentHistory, track: Track, day: date, outcome: str, replaces: CurrentVisit | None
) -> None:
    """Raise `NothingMissed` for an absence in a period whose paid visits are complete.

    A period is a program week, or several where the phase says so. A visit that the absence replaces is not one of
    them. An absence of that period that is recorded already may get an excuse or another day: it stays in its period.
    Raise `MostWerePaid` where no further visit was paid on that day, because the phase or the track limits them.
    """
    week = history.timeline.week_of(day)
    phase = track.phase_in(week)
    if phase is None:
        return
    period = phase.weeks_of_period(week)
    if (
        replaces is not None
        and replaces.is_current
        and replaces.is_absence
        and outcome in (replaces.outcome, EXCUSED)
        and history.timeline.week_of(replaces.happened_on) in period
    ):
        return
    paid = [
        result
        for result in history.replay().results
        if (result.behavior, result.why) == (track.behavior, PAID)
        and result.week in period
        and (replaces is None or result.ref != replaces.id)
    ]
    if len(paid) >= phase.visits_per_week:
        last_week = period[-1] if len(period) > 1 else None
        raise NothingMissed(day=day, week=period[0], places=phase.visits_per_week, last_week=last_week)
    if _most_were_paid(history, track, phase, day, replaces):
        raise MostWerePaid(day=day)


def _most_were_paid(
    history: EnrollmentHistory, track: Track, phase: Phase, day: date, replaces: CurrentVisit | None
) -> bool:
    """Return whether the most visits that are paid had been paid by the end of a day.

    The engine says so, because it counts over versions and phases. What came later does not count: the visit of that
    day was paid if it took place.
    """
    if track.most_paid is None and phase.most_paid is None:
        return False
    until = tuple(visit for visit in history.visits if visit.happened_on <= day and visit is not replaces)
    return replace(history, visits=until).replay_before_cuts().has_paid_most(track.behavior, day)


def free_place(history: EnrollmentHistory, behavior: str, day: date, replaces: CurrentVisit | None) -> int:
    """Return the first free place of a track in a day: 1, or more where a program week has more than seven visits.

    Raise `SameVisit` where no place is free.
    """
    track = history.timeline.track_on(behavior, day)
    places = track.places_in_day(history.timeline.week_of(day)) if track else 1
    same_day = [v for v in history.visits if v.behavior == behavior and v.happened_on == day and v is not replaces]
    taken = {visit.day_place for visit in same_day}
    if replaces is not None and replaces.happened_on == day and replaces.day_place not in taken:
        return replaces.day_place
    if len(same_day) >= places:
        raise SameVisit(day=day, visit_id=same_day[0].id)
    return next(place for place in range(1, places + 1) if place not in taken)


def voided_at(history: EnrollmentHistory, behavior: str, day: date, place: int) -> CurrentVisit | None:
    """Return the voided visit whose place in a day a new visit takes, or None. Hours take that of their week."""
    track = history.timeline.track_on(behavior, day)
    if track is not None and track.evidence == "hours":
        return voided_hours(history, behavior, day)
    for old in history.voided:
        if (old.behavior, old.happened_on, old.day_place) == (behavior, day, place):
            return old
    return None
