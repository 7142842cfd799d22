"""The hours of a site's clients: their calendar week, and the program weeks whose hours can be recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.client_week import monday_of
from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.day.plans import Plan, plan_on
from cm_tracker.domain.day.week_hours import WeekHours, check_known, hours_of_days
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.hours import ProgramWeek, weeks_without_hours
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.queries.clients.enrollments import histories_of
from cm_tracker.queries.day.expected import Person, people_between
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.staff.sites import SiteLine, site_of

WEEKS_BACK = 8
"""So many weeks back the hours of a week are worked out. Those of earlier ones are entered by hand."""
MOST_CLIENTS = 100
"""The weeks of so many clients are listed to be recorded. When they are, the next ones are."""


@dataclass(frozen=True, slots=True)
class HoursLine:
    """A client's calendar week: the plan that holds in it, and its hours so far."""

    person: Person
    plan: Plan
    week: WeekHours


@dataclass(frozen=True, slots=True)
class WaitingWeek:
    """A program week of a track of hours that is over and has no hours yet.

    `week` and `result` are what would be recorded and what it earns. Where nothing can be recorded, `result` is None and
    `why_not` says why, unless slots are open.
    """

    person: Person
    track: Track
    of: ProgramWeek
    week: WeekHours
    result: Result | None = None
    why_not: Refused | None = None

    @property
    def can_be_recorded(self) -> bool:
        """Whether its hours are known."""
        return self.result is not None


@dataclass(frozen=True, slots=True)
class SiteHours:
    """The hours of a site: of a calendar week from its Monday on, and the weeks that wait, by clients and days."""

    site: SiteLine
    today: date
    monday: date
    lines: tuple[HoursLine, ...]
    waiting: tuple[WaitingWeek, ...]

    @property
    def sunday(self) -> date:
        """The last day of the calendar week."""
        return self.monday + timedelta(days=6)

    @property
    def ready(self) -> tuple[WaitingWeek, ...]:
        """The weeks whose hours can be recorded."""
        return tuple(one for one in self.waiting if one.can_be_recorded)


def site_hours(session: Session, actor: Actor, site_id: int, day: date | None, now: datetime) -> SiteHours:
    """Return the hours of one of the actor's sites for the week of a day, today's without one. Raise `NotFound`.

    The number of statements depends neither on the clients nor on their weeks.
    """
    site = site_of(session, actor, site_id)
    today = day_at(now, site.time_zone)
    monday = monday_of(day or today)
    sunday = monday + timedelta(days=6)
    week = site_week(session, site_id)
    lines = []
    for one in visits_of_people(
        session, week, people_between(session, site_id, monday, sunday), monday, sunday, now
    ):  # fmt: skip
        plan = plan_on(one.person.planned.plans, sunday)
        if plan is not None and plan.site_id == site_id:
            lines.append(
                HoursLine(one.person, plan, hours_of_days(one.visits, one.person.planned, monday, sunday, today))
            )
    return SiteHours(site, today, monday, tuple(lines), waiting_weeks(session, actor, site_id, today, now))


def waiting_weeks(session: Session, actor: Actor, site_id: int, today: date, now: datetime) -> tuple[WaitingWeek, ...]:
    """Return the weeks of a site that are over and have no hours yet. The caller checks whether the actor may see it."""
    since = today - timedelta(weeks=WEEKS_BACK)
    people = {
        person.enrollment_id: person
        for person in people_between(session, site_id, since, today)
        if any(track.evidence == "hours" for one in person.planned.timeline.schedules for track in one.tracks)
    }
    histories = histories_of(session, people) if people else {}
    waits: dict[int, list[tuple[str, ProgramWeek]]] = {}
    for number, history in histories.items():
        behaviors = {one.behavior for known in history.timeline.schedules for one in known.tracks}
        found = [
            (behavior, of)
            for behavior in sorted(behaviors)
            for of in weeks_without_hours(history, behavior, today)
            if of.first_day >= since
        ]
        if found and len(waits) < MOST_CLIENTS:
            waits[number] = sorted(found, key=lambda one: (one[1].last_day, one[0]))
    if not waits:
        return ()
    waiting_people = [people[number] for number in waits]
    known = visits_of_people(session, site_week(session, site_id), waiting_people, since, today, now)
    return tuple(
        line
        for one in known
        for line in _of_client(one.person, one.visits, histories[one.person.enrollment_id], waits, site_id, actor, now)
    )


def _of_client(
    person: Person,
    visits: Sequence[ExpectedVisit],
    history: EnrollmentHistory,
    waits: dict[int, list[tuple[str, ProgramWeek]]],
    site_id: int,
    actor: Actor,
    now: datetime,
) -> list[WaitingWeek]:
    """Return the waiting weeks of a client, in the order of their days. What each earns rests on those before it."""
    found: list[WaitingWeek] = []
    for number, (behavior, of) in enumerate(waits[person.enrollment_id], start=1):
        track = history.timeline.track_on(behavior, of.last_day)
        assert track is not None  # `weeks_without_hours` returns only weeks with one
        hours = hours_of_days(visits, person.planned, of.first_day, of.last_day, history.day_of(now))
        line = WaitingWeek(person, track, of, hours)
        try:
            check_known(person.planned, site_id, of)
            if line.week.is_complete:
                proposed = propose_visit(
                    history, NewVisit(behavior, of.last_day, line.week.hours), actor=actor, now=now
                )  # fmt: skip
                new = replace(proposed, id=proposed.id or -number)
                history = history.with_visits([new])
                result = next(one for one in history.replay().results if one.ref == new.id)
                line = replace(line, result=result)
        except Refused as refused:
            line = replace(line, why_not=refused)
        found.append(line)
    return found
