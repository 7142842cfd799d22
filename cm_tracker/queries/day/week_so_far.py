"""What became of a client's week so far, for staff: attended and excused hours, and what tests earned and would earn.

It is no part of the week itself, so that no page prints it and no kiosk shows it: it says on which days tests are drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.day.week_hours import WeekHours, hours_of_days
from cm_tracker.domain.visits.consequences import earned_if_met
from cm_tracker.queries.clients.enrollments import histories_of
from cm_tracker.queries.day.client_weeks import ClientWeek
from cm_tracker.queries.day.expected import Person
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.lines import Earns

SlotOfWeek = tuple[date, int]
"""Day and service: a client has at most one slot of a week with both."""


@dataclass(frozen=True, slots=True)
class WeekSoFar:
    """What became of the slots of a week by its days and services, its hours, and what visits earned.

    `would_earn` has the tests that are still to come: each what a negative one earns after those before it.
    """

    visits: Mapping[SlotOfWeek, ExpectedVisit]
    hours: WeekHours
    earned: Mapping[SlotOfWeek, Earns]
    would_earn: Mapping[SlotOfWeek, Earns]


def week_so_far(session: Session, week: ClientWeek, now: datetime) -> WeekSoFar:
    """Return what became of a client's week by `now`. The caller has checked whether the actor may see the client."""
    client = week.client
    person = Person(client.client_id, client.code, client.preferred_name, client.planned)
    [known] = visits_of_people(session, client.week, (person,), week.first_day, week.last_day, now)
    history = histories_of(session, [client.enrollment_id])[client.enrollment_id]
    results = {result.ref: result for result in history.replay().results}
    visits = {_key(one): one for one in known.visits}
    coming = [one for one in known.visits if one.is_open and one.slot.is_test and one.slot.on_day >= client.today]
    days = [(one.slot.behavior, one.slot.on_day) for one in coming if one.slot.behavior is not None]
    return WeekSoFar(
        visits,
        hours_of_days(known.visits, client.planned, week.first_day, week.last_day),
        {
            _key(one): Earns(results[one.visit.id].paid, results[one.visit.id].unit)
            for one in known.visits
            if one.visit is not None and one.visit.id in results
        },
        {
            _key(one): Earns(result.paid, result.unit)
            for one, result in zip(coming, earned_if_met(history, days, now), strict=False)
        },
    )


def _key(one: ExpectedVisit) -> SlotOfWeek:
    return one.slot.on_day, one.slot.service_id
