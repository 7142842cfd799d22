"""Closed days: whom the program has to excuse, which past ones nobody has finished, and what clients are told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.day.calendar import Closure
from cm_tracker.domain.day.closing import is_wrong_absence, waits_for_excuse
from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.days import days_between
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import ClosedDayRow, ClosureRow, Enrollment, EnrollmentEventRow, PlanRow, VisitRow
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.day.expected import Person, people_at, people_between
from cm_tracker.queries.day.expected_visits import visits_of_people
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.staff.sites import SiteLine, at_sites, site_of

LOOK_BACK = timedelta(days=31)
"""So far back closed days are offered to be finished."""
TOLD_FOR = timedelta(days=7)
"""So long a client is told of a closed day."""
MOST = 62
MOST_TOLD = 3_000


@dataclass(frozen=True, slots=True)
class ClosedSlot:
    """A slot of a closed day."""

    person: Person
    visit: ExpectedVisit


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A closed day: the slots that wait for the excuse, and absences that were recorded before the closure was entered.

    `excused` is how many clients have it already.
    """

    site: SiteLine
    day: date
    closure: Closure
    waiting: tuple[ClosedSlot, ...]
    absences: tuple[ClosedSlot, ...]
    excused: int
    is_settled: bool
    is_to_come: bool

    @property
    def enrollment_ids(self) -> tuple[int, ...]:
        """The enrollments whose slots wait, each once."""
        return tuple(dict.fromkeys(one.person.enrollment_id for one in self.waiting))


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A past closed day that nobody has finished."""

    day: date
    name: str


def closed_day(session: Session, actor: Actor, site_id: int, day: date, now: datetime) -> ClosedDay:
    """Return a closed day of one of the actor's sites. Raise `NotFound`, also for a day on which the site is open."""
    site = site_of(session, actor, site_id)
    week = site_week(session, site_id)
    closure = week.calendar.closure_on(day)
    if closure is None:
        raise NotFound(what="calendar entry")
    known = visits_of_people(session, week, people_at(session, site_id, day), day, day, now)
    slots = [ClosedSlot(line.person, one) for line in known for one in line.visits]
    settled = session.execute(
        select(ClosedDayRow.id).where(ClosedDayRow.closure_id == closure.id, ClosedDayRow.on_day == day)
    ).scalar_one_or_none()
    waiting = tuple(one for one in slots if waits_for_excuse(one.visit))
    return ClosedDay(
        site,
        day,
        closure,
        waiting,
        tuple(one for one in slots if is_wrong_absence(one.visit)),
        len({one.person.enrollment_id for one in slots if one.visit.outcome == "closed"} - {
            one.person.enrollment_id for one in waiting
        }),
        settled is not None,
        day > day_at(now, site.time_zone),
    )  # fmt: skip


def unsettled_days(session: Session, actor: Actor, site_id: int, today: date, now: datetime) -> tuple[Unsettled, ...]:
    """Return the closed days before today that nobody has finished, the newest first.

    A day that was finished is among them again where somebody waits for the excuse by now: a plan was set from that day
    or an earlier one, or a visit was taken back. There are two statements, and some more where a finished day was
    touched: their number does not depend on how many days or clients there are.
    """
    first = today - LOOK_BACK
    closures = session.execute(
        select(ClosureRow.id, ClosureRow.first_day, ClosureRow.last_day, ClosureRow.name)
        .where(
            ClosureRow.site_id == site_id,
            at_sites(ClosureRow.site_id, actor),
            ClosureRow.withdrawn_at.is_(None),
            ClosureRow.last_day >= first,
            ClosureRow.first_day < today,
        )
        .order_by(ClosureRow.first_day.desc())
        .limit(MOST)
    ).all()
    rows = session.execute(
        select(ClosedDayRow.closure_id, ClosedDayRow.on_day, _is_touched().label("is_touched")).where(
            ClosedDayRow.site_id == site_id, ClosedDayRow.on_day >= first, ClosedDayRow.on_day < today
        )
    ).all()
    again = _waiting_days(session, site_id, [row.on_day for row in rows if row.is_touched], now)
    settled = {(row.closure_id, row.on_day) for row in rows if row.on_day not in again}
    found = [
        Unsettled(day, row.name)
        for row in closures
        for day in days_between(max(row.first_day, first), min(row.last_day, today - timedelta(days=1)))
        if (row.id, day) not in settled
    ]
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def _is_touched() -> ColumnElement[bool]:
    """Return the condition that something was recorded since a closed day was finished that can bring new slots to it."""
    return or_(
        exists().where(
            PlanRow.site_id == ClosedDayRow.site_id,
            PlanRow.recorded_at > ClosedDayRow.recorded_at,
            PlanRow.from_on <= ClosedDayRow.on_day,
        ),
        exists().where(
            VisitRow.site_id == ClosedDayRow.site_id,
            VisitRow.recorded_at > ClosedDayRow.recorded_at,
            VisitRow.happened_on == ClosedDayRow.on_day,
        ),
        exists().where(
            EnrollmentEventRow.site_id == ClosedDayRow.site_id,
            EnrollmentEventRow.recorded_at > ClosedDayRow.recorded_at,
            EnrollmentEventRow.from_day <= ClosedDayRow.on_day,
        ),
    )


def _waiting_days(session: Session, site_id: int, days: Sequence[date], now: datetime) -> frozenset[date]:
    """Return on which of some closed days somebody waits for the excuse."""
    if not days:
        return frozenset()
    first, last = min(days), max(days)
    people = people_between(session, site_id, first, last)
    known = visits_of_people(session, site_week(session, site_id), people, first, last, now)
    return frozenset(one.slot.on_day for line in known for one in line.visits if waits_for_excuse(one)) & set(days)


def to_tell(session: Session, site_id: int, today: date) -> dict[int, date]:
    """Return the last closed day of the last week for which clients of a site were excused, by their enrollments.

    Somebody who came since then was told. The caller checks whether the actor may see the site.
    """
    later = aliased(VisitRow)
    rows = session.execute(
        select(VisitRow.enrollment_id, VisitRow.happened_on)
        .where(
            VisitRow.site_id == site_id,
            *_is_excused_by_closure(today),
            ~exists().where(
                later.enrollment_id == VisitRow.enrollment_id,
                later.happened_on > VisitRow.happened_on,
                later.happened_on < today,
                later.outcome.not_in((outcomes.EXCUSED, outcomes.UNEXCUSED)),
            ),
        )
        .order_by(VisitRow.happened_on)
        .limit(MOST_TOLD)
    )
    return {row.enrollment_id: row.happened_on for row in rows}


def closed_lately(session: Session, client_id: int, today: date) -> date | None:
    """Return the last closed day for which a client was excused, as long as the client is told of it, or None."""
    return session.execute(
        select(VisitRow.happened_on)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .where(Enrollment.client_id.in_(records_of(client_id)), *_is_excused_by_closure(today))
        .order_by(VisitRow.happened_on.desc())
        .limit(1)
    ).scalar_one_or_none()


def _is_excused_by_closure(today: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the visits of the last week that count and were excused because the site was closed."""
    newer = aliased(VisitRow)
    return (
        VisitRow.outcome == outcomes.EXCUSED,
        VisitRow.excuse == "clinic_closed",
        VisitRow.happened_on < today,
        VisitRow.happened_on >= today - TOLD_FOR,
        VisitRow.correction.is_(None) | VisitRow.correction.not_in(TAKEN_AWAY),
        ~exists().where(newer.corrects_id == VisitRow.id),
    )
