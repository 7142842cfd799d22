"""The courses of enrollments: what was expected of each, with what became of it."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.day.states import Note
from cm_tracker.domain.measures.courses import course_of, loaded_since
from cm_tracker.domain.measures.facts import EnrollmentFacts, SiteFacts, VisitFact
from cm_tracker.domain.measures.sequences import Course
from cm_tracker.domain.measures.shared_weeks import SharedWeeks
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import DayClosing, SlotNote, VisitRow
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.reports.enrolled import Enrolled, enrolled, enrollment_ids
from cm_tracker.queries.reports.uncollected import uncollected


def courses(
    session: Session,
    actor: Actor,
    site_id: int | None,
    first_day: date,
    last_day: date,
    now: datetime,
    since: date = date.min,
) -> tuple[Course, ...]:
    """Return the courses of the enrollments that ran on some days at the actor's sites, until the last of these days.

    `site_id` is one of the sites. Where only some days are of interest, `since` leaves out what lies before it. The number
    of statements depends on the sites alone. What a client did at another site before a transfer is part of the course.
    """
    with uncollected():
        return tuple(_courses(session, actor, site_id, first_day, last_day, now, since))


def _courses(
    session: Session,
    actor: Actor,
    site_id: int | None,
    first_day: date,
    last_day: date,
    now: datetime,
    since: date,
) -> Iterator[Course]:
    people = enrolled(session, actor, site_id, first_day, last_day)
    ids = enrollment_ids(actor, site_id, first_day, last_day).subquery()
    visits, voided = _visits(session, ids, loaded_since(since), last_day)
    notes, moved = _notes(session, ids, since, last_day)
    plans = plans_of(session, select(ids.c.id))
    sites = _sites(session, people, since, last_day, now)
    for one in people:
        yield course_of(
            EnrollmentFacts(
                one.enrollment_id, one.client_id, one.code, one.language, one.counselor_id, one.schedule, one.span,
                one.stays, plans.get(one.enrollment_id, ()), visits.get(one.enrollment_id, ()),
                notes.get(one.enrollment_id, {}), moved.get(one.enrollment_id, {}), voided.get(one.enrollment_id, ()),
            ),
            sites, since, last_day, now,
        )  # fmt: skip


def _sites(
    session: Session, people: Collection[Enrolled], since: date, last_day: date, now: datetime
) -> dict[int, SiteFacts]:
    numbers = sorted({stay.site_id for one in people for stay in one.stays})
    closed: dict[int, set[date]] = {}
    for row in session.execute(
        select(DayClosing.site_id, DayClosing.on_day).where(
            DayClosing.reopened_at.is_(None),
            DayClosing.site_id.in_(numbers),
            DayClosing.on_day.between(since, last_day),
        )
    ):
        closed.setdefault(row.site_id, set()).add(row.on_day)
    found = {}
    for number in numbers:
        week = site_week(session, number)
        today = day_at(now, week.zone.key)
        found[number] = SiteFacts(SharedWeeks(week), today, frozenset(closed.get(number, ())))
    return found


def _visits(
    session: Session, ids: Any, since: date, last_day: date
) -> tuple[dict[int, list[VisitFact]], dict[int, list[VisitFact]]]:
    """Return the visits that count, and those that were voided, by their enrollments, as their newest records have them."""
    corrected, replaced = _corrected(session, ids, since, last_day)
    rows = session.execute(
        select(
            VisitRow.id, VisitRow.enrollment_id, VisitRow.behavior, VisitRow.happened_on, VisitRow.outcome
        ).where(
            VisitRow.enrollment_id.in_(select(ids.c.id)),
            VisitRow.happened_on.between(since, last_day),
            VisitRow.corrects_id.is_(None),
        )
    )  # fmt: skip
    found: dict[int, list[VisitFact]] = {}
    for id_, enrollment_id, behavior, on_day, outcome in rows:
        if id_ not in replaced:
            found.setdefault(enrollment_id, []).append(VisitFact(id_, behavior, on_day, outcome))
    voided: dict[int, list[VisitFact]] = {}
    for enrollment_id, visit, is_voided in corrected:
        (voided if is_voided else found).setdefault(enrollment_id, []).append(visit)
    for visits in found.values():
        visits.sort()
    return found, voided


def _corrected(
    session: Session, ids: Any, since: date, last_day: date
) -> tuple[list[tuple[int, VisitFact, bool]], frozenset[int]]:
    """Return the visits that were corrected, with their enrollments and whether they count no more, and what was replaced."""
    newer = aliased(VisitRow)
    is_replaced = exists().where(newer.corrects_id == VisitRow.id).label("is_replaced")
    rows = session.execute(
        select(
            VisitRow.id,
            VisitRow.corrects_id,
            VisitRow.enrollment_id,
            VisitRow.behavior,
            VisitRow.happened_on,
            VisitRow.outcome,
            VisitRow.correction,
            is_replaced,
        )
        .where(VisitRow.enrollment_id.in_(select(ids.c.id)), VisitRow.corrects_id.is_not(None))
        .order_by(VisitRow.id)
    )
    first: dict[int, int] = {}
    found, replaced = [], set()
    for row in rows:
        replaced.add(row.corrects_id)
        root = first[row.id] = first.get(row.corrects_id, row.corrects_id)
        if not row.is_replaced and since <= row.happened_on <= last_day:
            visit = VisitFact(root, row.behavior, row.happened_on, row.outcome)
            found.append((row.enrollment_id, visit, row.correction in TAKEN_AWAY))
    return found, frozenset(replaced)


def _notes(
    session: Session, ids: Any, since: date, last_day: date
) -> tuple[dict[int, dict[date, dict[int, Note]]], dict[int, dict[date, frozenset[int]]]]:
    """Return the newest notes of slots by enrollment, day and service, and the services put off to a day."""
    newest = (
        select(func.max(SlotNote.id))
        .where(SlotNote.enrollment_id.in_(select(ids.c.id)))
        .group_by(SlotNote.enrollment_id, SlotNote.service_id, SlotNote.on_day)
    )
    rows = session.execute(
        select(
            SlotNote.id,
            SlotNote.enrollment_id,
            SlotNote.service_id,
            SlotNote.on_day,
            SlotNote.status,
            SlotNote.at,
            SlotNote.minutes,
            SlotNote.to_day,
            SlotNote.visit_id,
        ).where(
            SlotNote.id.in_(newest),
            SlotNote.on_day.between(since, last_day) | SlotNote.to_day.between(since, last_day),
        )
    )
    notes: dict[int, dict[date, dict[int, Note]]] = {}
    moved: dict[int, dict[date, frozenset[int]]] = {}
    for id_, enrollment_id, service_id, on_day, status, at, minutes, to_day, visit_id in rows:
        note = Note(id_, status, at, minutes, None, to_day, visit_id)
        notes.setdefault(enrollment_id, {}).setdefault(on_day, {})[service_id] = note
        if to_day is not None:
            of_enrollment = moved.setdefault(enrollment_id, {})
            of_enrollment[to_day] = of_enrollment.get(to_day, frozenset()) | {service_id}
    return notes, moved
