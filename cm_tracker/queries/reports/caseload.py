"""A counselor's clients with the words of the lead's first page: who is at risk, who comes when, and the hours of the week."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.client_week import monday_of
from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.day.plans import plan_on
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import LATER
from cm_tracker.domain.day.week_hours import hours_of_days
from cm_tracker.domain.measures.at_risk import Reason, Run, run
from cm_tracker.domain.measures.sequences import CAME, Course
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.day.expected import Person, people_between
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.reports.at_risk import at_risk, first_day_looked_at, recent_courses, running
from cm_tracker.queries.reports.dashboard import first_today
from cm_tracker.queries.staff.sites import SiteLine, sites_of
from cm_tracker.queries.staff.staff import counselors_at

DAYS_AHEAD = 13
"""So many days ahead the next visit is looked for."""


@dataclass(frozen=True, slots=True)
class NextSlot:
    """What a client comes to next: the service and the slot. Of a day that the program draws, neither is said."""

    service: str
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class WeekMinutes:
    """The minutes of this calendar week that count so far, and those that the plan requires."""

    counted: int
    required: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A client of a caseload. `last_on` is the last day on which they came, of the last twelve weeks.

    `hours` is None where the plan requires none.
    """

    client_id: int
    enrollment_id: int
    code: str
    name: str
    site: SiteLine
    reasons: tuple[Reason, ...]
    run: Run | None
    last_on: date | None
    next: NextSlot | None
    hours: WeekMinutes | None


@dataclass(frozen=True, slots=True)
class Caseload:
    """The running clients of a counselor, those at risk first. `counselor_id` None is those who have no counselor.

    `counselors` are those who have clients at the actor's sites, with how many; None stands for nobody.
    """

    counselor_id: int | None
    lines: tuple[CaseLine, ...]
    day: date
    counselors: Mapping[int | None, int]
    names: Mapping[int, str]


def caseload(session: Session, actor: Actor, counselor_id: int | None, now: datetime) -> Caseload:
    """Return the caseload of a counselor at the actor's sites. The number of statements depends on the sites alone."""
    sites = sites_of(session, actor)
    day = first_today(sites, now)
    run_now = running(recent_courses(session, actor, None, day, now), actor, None, day)
    own = [one for one in run_now if one.counselor_id == counselor_id]
    risks = {one.enrollment_id: one.reasons for one in at_risk(session, actor, None, own, day, now)}
    lines: list[CaseLine] = []
    names: dict[int, str] = {}
    for site in sites:
        names |= counselors_at(session, site.id)
        lines += _at_site(session, site, [one for one in own if one.site_id == site.id], risks, day, now)
    counts: dict[int | None, int] = {}
    for one in run_now:
        counts[one.counselor_id] = counts.get(one.counselor_id, 0) + 1
    in_order = sorted(lines, key=lambda line: (not line.reasons, line.code))
    return Caseload(counselor_id, tuple(in_order), day, counts, names)


def _at_site(
    session: Session,
    site: SiteLine,
    own: Collection[Course],
    risks: Mapping[int, tuple[Reason, ...]],
    day: date,
    now: datetime,
) -> list[CaseLine]:
    today = day_at(now, site.time_zone)
    monday = monday_of(today)
    last_day = today + timedelta(days=DAYS_AHEAD)
    people = people_between(session, site.id, monday, last_day, [one.enrollment_id for one in own])
    courses = {one.enrollment_id: one for one in own}
    found = []
    for of in visits_of_people(session, site_week(session, site.id), people, monday, last_day, now):
        person, course = of.person, courses[of.person.enrollment_id]
        found.append(
            CaseLine(
                person.client_id,
                person.enrollment_id,
                person.code,
                person.name,
                site,
                risks.get(person.enrollment_id, ()),
                run(course, first_day_looked_at(day)) if course.behavior is not None else None,
                max((one.on_day for one in course.expected if one.outcome in CAME), default=None),
                _next(person, of.visits, now),
                _hours(person, of.visits, monday, today),
            )
        )
    return found


def _next(person: Person, visits: Collection[ExpectedVisit], now: datetime) -> NextSlot | None:
    coming = (one for one in visits if one.is_expected and one.state == LATER and one.slot.ends_at > now)
    first = min(coming, key=lambda one: one.slot.begins_at, default=None)
    if first is None:
        return None
    plan = plan_on(person.planned.plans, first.slot.on_day)
    is_drawn = plan is not None and any(
        item.is_drawn and item.service_id == first.slot.service_id for item in plan.items
    )  # fmt: skip
    return NextSlot(first.service.name, None if is_drawn else first.slot)


def _hours(person: Person, visits: Collection[ExpectedVisit], monday: date, today: date) -> WeekMinutes | None:
    plan = plan_on(person.planned.plans, today)
    if plan is None or not plan.hours_required:
        return None
    week = hours_of_days(visits, person.planned, monday, monday + timedelta(days=6), today)
    return WeekMinutes(week.hours.counted, 60 * plan.hours_required)
