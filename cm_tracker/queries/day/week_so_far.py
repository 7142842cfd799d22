"""What became of a client's week so far, for staff: attended and excused hours, and what tests earned and would earn.

It is no part of the week itself, so that no page prints it and no kiosk shows it: it says on which days tests are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.day.plans import plan_on
from cm_tracker.domain.day.states import ATTENDED, WAITS
from cm_tracker.domain.day.week_hours import WeekHours, hours_of_days
from cm_tracker.domain.schedules.engine import Replay, Result
from cm_tracker.domain.visits.consequences import earned_if_met
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.queries.clients.enrollments import histories_of
from cm_tracker.queries.day.client_weeks import ClientWeek
from cm_tracker.queries.day.expected import Person
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.lines import Earns

SlotOfWeek = tuple[date, int]
"""Day and service: a client has at most one slot of a week with both."""


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A client came without being expected: to a service, or for a track alone. `earned` is None where it paid nothing."""

    name: str
    earned: Earns | None


@dataclass(frozen=True, slots=True)
class WeekSoFar:
    """What became of the slots of a week by its days and services, its hours, and what visits earned.

    `would_earn` has the tests that are still to come: each what a negative one earns after those before it. `before` are
    the hours of the week before, None where no plan held then. `full_week` is what the next week of enough hours earns,
    None without a track of hours. `unexpected` are those who came without a slot, by the day.
    """

    visits: Mapping[SlotOfWeek, ExpectedVisit]
    hours: WeekHours
    earned: Mapping[SlotOfWeek, Earns]
    would_earn: Mapping[SlotOfWeek, Earns]
    before: WeekHours | None
    full_week: Earns | None
    unexpected: Mapping[date, tuple[Unexpected, ...]]


def week_so_far(session: Session, week: ClientWeek, now: datetime) -> WeekSoFar:
    """Return what became of a client's week by `now`. The caller has checked whether the actor may see the client."""
    client = week.client
    person = Person(client.client_id, client.code, client.preferred_name, client.planned)
    monday_before, sunday_before = week.first_day - timedelta(days=7), week.first_day - timedelta(days=1)
    [known] = visits_of_people(session, client.week, (person,), monday_before, week.last_day, now)
    history = histories_of(session, [client.enrollment_id])[client.enrollment_id]
    replay = history.replay()
    results = {result.ref: result for result in replay.results}
    of_week = [one for one in known.visits if one.slot.on_day >= week.first_day]
    visits = {_key(one): one for one in of_week}
    coming = [one for one in of_week if one.is_open and one.slot.is_test and one.slot.on_day >= client.today]
    days = [(one.slot.behavior, one.slot.on_day) for one in coming if one.slot.behavior is not None]
    return WeekSoFar(
        visits,
        hours_of_days(known.visits, client.planned, week.first_day, week.last_day, client.today),
        {
            _key(one): Earns(results[one.visit.id].paid, results[one.visit.id].unit)
            for one in of_week
            if one.visit is not None and one.visit.id in results
        },
        {
            _key(one): Earns(result.paid, result.unit)
            for one, result in zip(coming, earned_if_met(history, days, now), strict=False)
        },
        hours_of_days(known.visits, client.planned, monday_before, sunday_before, client.today)
        if plan_on(client.plans, sunday_before) is not None
        else None,
        _full_week(replay, week),
        _unexpected(week, of_week, history, results),
    )


def _unexpected(
    week: ClientWeek, of_week: Sequence[ExpectedVisit], history: EnrollmentHistory, results: Mapping[int, Result]
) -> dict[date, tuple[Unexpected, ...]]:
    """Return what no slot of the plan says: who came to a service, and visits that were recorded without one."""

    def earned(visit_id: int | None) -> Earns | None:
        result = results.get(visit_id) if visit_id is not None else None
        return Earns(result.paid, result.unit) if result is not None and result.paid else None

    found: dict[date, tuple[Unexpected, ...]] = {}
    for one in of_week:
        if not one.slot.is_listed and one.state in (ATTENDED, WAITS):
            came = Unexpected(one.service.name, earned(one.visit.id if one.visit else None))
            found[one.slot.on_day] = (*found.get(one.slot.on_day, ()), came)
    with_slot = {one.visit.id for one in of_week if one.visit is not None}
    for visit in history.visits:
        day, track = visit.happened_on, history.timeline.track_on(visit.behavior, visit.happened_on)
        is_here = visit.id not in with_slot and visit.hours is None and not visit.is_absence
        if is_here and track is not None and week.first_day <= day <= week.last_day:
            found[day] = (*found.get(day, ()), Unexpected(track.title, earned(visit.id)))
    return found


def _full_week(replay: Replay, week: ClientWeek) -> Earns | None:
    """Return what a week of enough hours earns next, for the week of today."""
    client = week.client
    if not week.first_day <= client.today <= week.last_day:
        return None
    for track in client.span.timeline.tracks_on(client.today):
        if track.evidence == "hours":
            state = replay.state(track.behavior, client.today)
            return Earns(state.next_due, state.unit) if state.next_due else None
    return None


def _key(one: ExpectedVisit) -> SlotOfWeek:
    return one.slot.on_day, one.slot.service_id
