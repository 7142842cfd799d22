"""The courses of enrollments: what was expected of each, with what became of it."""

from collections.abc import Collection, Sequence
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
    people = enrolled(session, actor, site_id, first_day, last_day)
    ids = enrollment_ids(actor, site_id, first_day, last_day).subquery()
    visits = _visits(session, ids, loaded_since(since), last_day)
    notes, moved = _notes(session, ids, since, last_day)
    plans = plans_of(session, select(ids.c.id))
    sites = _sites(session, people, now)
    return tuple(
        course_of(
            EnrollmentFacts(
                one.enrollment_id, one.client_id, one.code, one.language, one.counselor_id, one.schedule, one.span,
                one.stays, plans.get(one.enrollment_id, ()), visits.get(one.enrollment_id, ()),
                notes.get(one.enrollment_id, {}), moved.get(one.enrollment_id, {}),
            ),
            sites, since, last_day, now,
        )
        for one in people
    )  # fmt: skip


def _sites(session: Session, people: Collection[Enrolled], now: datetime) -> dict[int, SiteFacts]:
    closed: dict[int, set[date]] = {}
    for row in session.execute(
        select(DayClosing.site_id, DayClosing.on_day).where(DayClosing.reopened_at.is_(None))
    ):  # fmt: skip
        closed.setdefault(row.site_id, set()).add(row.on_day)
    found = {}
    for number in sorted({stay.site_id for one in people for stay in one.stays}):
        week = site_week(session, number)
        today = day_at(now, week.zone.key)
        found[number] = SiteFacts(SharedWeeks(week), today, frozenset(closed.get(number, ())))
    return found


def _visits(session: Session, ids: Any, since: date, last_day: date) -> dict[int, list[VisitFact]]:
    """Return the visits that count by their enrollments, each as its newest record has it."""
    newer = aliased(VisitRow)
    rows: Sequence[Any] = session.execute(
        select(
            VisitRow.id,
            VisitRow.corrects_id,
            VisitRow.enrollment_id,
            VisitRow.behavior,
            VisitRow.happened_on,
            VisitRow.outcome,
        ).where(
            VisitRow.enrollment_id.in_(select(ids.c.id)),
            VisitRow.happened_on.between(since, last_day),
            VisitRow.corrects_id.is_(None),
            ~exists().where(newer.corrects_id == VisitRow.id),
        )
    ).all()
    found: dict[int, list[VisitFact]] = {}
    for id_, _, enrollment_id, behavior, on_day, outcome in rows:
        found.setdefault(enrollment_id, []).append(VisitFact(id_, behavior, on_day, outcome))
    corrected = _corrected(session, ids, since, last_day)
    for enrollment_id, visit in corrected:
        found.setdefault(enrollment_id, []).append(visit)
    for enrollment_id in {number for number, _ in corrected}:
        found[enrollment_id].sort()
    return found


def _corrected(session: Session, ids: Any, since: date, last_day: date) -> list[tuple[int, VisitFact]]:
    """Return the visits that were corrected and still count, with their enrollments."""
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
    found = []
    for row in rows:
        root = first[row.id] = first.get(row.corrects_id, row.corrects_id)
        is_counted = not row.is_replaced and row.correction not in TAKEN_AWAY
        if is_counted and since <= row.happened_on <= last_day:
            found.append((row.enrollment_id, VisitFact(root, row.behavior, row.happened_on, row.outcome)))
    return found


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
