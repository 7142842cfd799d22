"""What was expected at a site on some days, slot by slot, with the outcome of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.expected_visits import ExpectedVisit, days_of_span, slots_of_day, visits_of_day
from cm_tracker.domain.day.slots import SiteWeek
from cm_tracker.domain.day.states import DayVisit, Note, SlotKey
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import SlotNote, VisitRow
from cm_tracker.queries.day.closed_days import closed_between
from cm_tracker.queries.day.expected import Person, people_between
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.staff.sites import site_of


@dataclass(frozen=True, slots=True)
class PersonVisits:
    """A client with everything that was expected of them on some days, by its instants."""

    person: Person
    visits: tuple[ExpectedVisit, ...]


def expected_visits(
    session: Session,
    actor: Actor,
    site_id: int,
    first_day: date,
    last_day: date,
    now: datetime,
    only: int | None = None,
) -> tuple[PersonVisits, ...]:
    """Return what was expected at one of the actor's sites from a day to a day, both included, by the clients' codes.

    `only` is one enrollment. The number of statements depends neither on the clients nor on the days. Raise `NotFound`,
    and `BadInput` for more days than `MOST_DAYS`.
    """
    site_of(session, actor, site_id)
    people = people_between(session, site_id, first_day, last_day, None if only is None else [only])
    return visits_of_people(session, site_week(session, site_id), people, first_day, last_day, now)


def visits_of_people(
    session: Session, week: SiteWeek, people: Collection[Person], first_day: date, last_day: date, now: datetime
) -> tuple[PersonVisits, ...]:
    """Return what was expected of some people of a site, as `expected_visits` does. The caller checks the permission."""
    days = days_of_span(first_day, last_day)
    planned = {person.enrollment_id: person.planned for person in people}
    notes, moved = _notes(session, week.site_id, first_day, last_day)
    visits = _visits(session, planned, first_day, last_day)
    closed = closed_between(session, week.site_id, first_day, last_day)
    by_enrollment: dict[int, list[ExpectedVisit]] = {}
    for day in days:
        of_day, moved_here = notes.get(day, {}), moved.get(day, set())
        slots = slots_of_day(week, planned, of_day, moved_here, day)
        for one in visits_of_day(
            week.services, slots, of_day, visits.get(day, ()), moved_here, now, is_day_closed=day in closed
        ):
            by_enrollment.setdefault(one.slot.enrollment_id, []).append(one)
    return tuple(PersonVisits(person, tuple(by_enrollment.get(person.enrollment_id, ()))) for person in people)


def _notes(
    session: Session, site_id: int, first_day: date, last_day: date
) -> tuple[dict[date, dict[SlotKey, Note]], dict[date, set[SlotKey]]]:
    """Return the newest note of each slot by its day, and the slots that were put off to a day by that day."""
    on_days = SlotNote.on_day.between(first_day, last_day) | SlotNote.to_day.between(first_day, last_day)
    newer = aliased(SlotNote)
    rows = session.execute(
        select(
            SlotNote.id,
            SlotNote.enrollment_id,
            SlotNote.service_id,
            SlotNote.on_day,
            SlotNote.status,
            SlotNote.at,
            SlotNote.minutes,
            SlotNote.excuse,
            SlotNote.to_day,
            SlotNote.visit_id,
        ).where(
            SlotNote.site_id == site_id,
            on_days,
            ~exists().where(
                newer.enrollment_id == SlotNote.enrollment_id,
                newer.service_id == SlotNote.service_id,
                newer.on_day == SlotNote.on_day,
                newer.id > SlotNote.id,
            ),
        )
    )
    notes: dict[date, dict[SlotKey, Note]] = {}
    moved: dict[date, set[SlotKey]] = {}
    for row in rows:
        key = (row.enrollment_id, row.service_id)
        note = Note(row.id, row.status, row.at, row.minutes, row.excuse, row.to_day, row.visit_id)
        notes.setdefault(row.on_day, {})[key] = note
        if row.to_day is not None:
            moved.setdefault(row.to_day, set()).add(key)
    return notes, moved


def _visits(
    session: Session, enrollment_ids: Collection[int], first_day: date, last_day: date
) -> dict[date, list[DayVisit]]:
    """Return the visits that count by their days, each with the id of its first record."""
    newer = aliased(VisitRow)
    rows = session.execute(
        select(
            VisitRow.id,
            VisitRow.corrects_id,
            VisitRow.enrollment_id,
            VisitRow.behavior,
            VisitRow.happened_on,
            VisitRow.outcome,
            VisitRow.correction,
            exists().where(newer.corrects_id == VisitRow.id).label("is_replaced"),
        )
        .where(VisitRow.enrollment_id.in_(enrollment_ids), VisitRow.happened_on.between(first_day, last_day))
        .order_by(VisitRow.id)
    ).all()
    first: dict[int, int] = {}
    found: dict[date, list[DayVisit]] = {}
    for row in rows:
        first[row.id] = first.get(row.corrects_id, row.corrects_id or row.id)
        if not row.is_replaced and row.correction not in TAKEN_AWAY:
            visit = DayVisit(first[row.id], row.enrollment_id, row.behavior, row.outcome)
            found.setdefault(row.happened_on, []).append(visit)
    return found
