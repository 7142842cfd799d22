"""How many clients some days touch: those who are expected on them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from cm_tracker.domain.day.slots import slots_on
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.day.expected import people_at
from cm_tracker.queries.day.week import site_week

MOST_LOOKS = 14
"""On so many days it is looked up who takes part; of more days, on one in each week."""


def clients_expected(session: Session, actor: Actor, site_id: int, days: Collection[date]) -> int:
    """Return how many clients are expected at a site of the actor's on some days.

    Somebody whom the program excuses by then, because the site is closed, counts. Of more than `MOST_LOOKS` days,
    enrollments that run for less than a week may be left out.
    """
    if not actor.reaches(site_id) or not days:
        return 0
    ordered = sorted(days)
    looks = ordered if len(ordered) <= MOST_LOOKS else [*ordered[::7], ordered[-1]]
    week = site_week(session, site_id)
    people = {person.enrollment_id: person for day in looks for person in people_at(session, site_id, day)}
    return len(
        {person.client_id for person in people.values() if any(slots_on(week, person.planned, day) for day in ordered)}
    )
