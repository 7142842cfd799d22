"""The clients of some sites who are at risk, with their reasons (`domain.measures.at_risk`)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.client_week import monday_of
from cm_tracker.domain.measures.at_risk import Reason, Waits, lapse, missed, near, waits
from cm_tracker.domain.measures.sequences import Course
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import Client, Enrollment, VisitRow
from cm_tracker.models.visits import WAITS
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.reports.ceilings import ceiling_uses_of
from cm_tracker.queries.reports.courses import courses
from cm_tracker.queries.reports.negatives import WEEKS
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A client at risk: the reasons in the order in which the page lists them. There is at least one."""

    client_id: int
    enrollment_id: int
    code: str
    site_id: int
    reasons: tuple[Reason, ...]


def first_day_looked_at(today: date) -> date:
    """Return the Monday from which on the last weeks are looked at."""
    return monday_of(today) - timedelta(weeks=WEEKS - 1)


def recent_courses(
    session: Session, actor: Actor, site_id: int | None, today: date, now: datetime
) -> tuple[Course, ...]:
    """Return the courses of the last twelve weeks at the actor's sites, or at one of them."""
    since = first_day_looked_at(today)
    return courses(session, actor, site_id, since, today, now, since=since)


def running(known: Iterable[Course], actor: Actor, site_id: int | None, today: date) -> tuple[Course, ...]:
    """Return the courses that run today, of the clients who belong to the actor's sites now, or to one of them."""
    return tuple(
        one
        for one in known
        if one.last_day is None
        and one.starts_on <= today
        and actor.reaches(one.site_id)
        and site_id in (None, one.site_id)
    )


def at_risk(
    session: Session, actor: Actor, site_id: int | None, known: Collection[Course], today: date, now: datetime
) -> tuple[AtRisk, ...]:
    """Return the clients of some running courses who are at risk, first who missed, then by their codes.

    `known` are courses of `running`. The number of statements is the same for any number of clients.
    """
    since = first_day_looked_at(today)
    uses = ceiling_uses_of(session, known, today)
    waiting = _waiting(session, actor, site_id, now)
    found = []
    for one in known:
        reasons: list[Reason | None] = [
            missed(one),
            lapse(one, since),
            waiting.get(one.enrollment_id),
            near(uses.get(one.enrollment_id, ())),
        ]
        given = tuple(reason for reason in reasons if reason is not None)
        if given:
            found.append(AtRisk(one.client_id, one.enrollment_id, one.code, one.site_id, given))
    return tuple(sorted(found, key=lambda one: (_ORDER.index(type(one.reasons[0]).__name__), one.code)))


_ORDER = ("Missed", "Lapse", "Waits", "Near")


def _waiting(session: Session, actor: Actor, site_id: int | None, now: datetime) -> dict[int, Waits]:
    """Return the visit of each enrollment that has waited longest for the laboratory, if that is longer than a day."""
    newer, begins = aliased(VisitRow), func.coalesce(VisitRow.collected_at, VisitRow.recorded_at)
    rows = session.execute(
        select(VisitRow.enrollment_id, VisitRow.id.label("visit_id"), begins.label("since"))
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            # The condition must be the same text as in the partial index, or the index is not used.
            text(f"visit.{WAITS}"),
            func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
            ~exists().where(newer.corrects_id == VisitRow.id),
            at_sites(Client.site_id, actor),
            *([Client.site_id == site_id] if site_id is not None else []),
        )
        .order_by(begins.desc(), VisitRow.id.desc())
    )
    found = {row.enrollment_id: waits(row.visit_id, row.since, now) for row in rows}
    return {number: one for number, one in found.items() if one is not None}
