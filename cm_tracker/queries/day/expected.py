"""Who takes part at a site: each client's running enrollment, with its span and its plans."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.slots import Planned
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, ClientTransfer, Enrollment, ScheduleVersion
from cm_tracker.queries.clients.agreements import has_to_sign
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import client_with_code
from cm_tracker.queries.clients.spans import events_of, span_from
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.schedules.followed import has_ended_before

MOST = 3_000
"""So many clients one site has at a time."""


@dataclass(frozen=True, slots=True)
class Person:
    """A client with a running enrollment: who they are to staff, and what is planned.

    `has_to_sign`: nobody has signed the agreement for the version that they follow on the last one of the days.
    """

    client_id: int
    code: str
    name: str
    planned: Planned
    has_to_sign: bool = False

    @property
    def enrollment_id(self) -> int:
        """The enrollment that runs."""
        return self.planned.enrollment_id


def people_at(session: Session, site_id: int, day: date, only: Collection[int] | None = None) -> tuple[Person, ...]:
    """Return everybody whose enrollment runs at a site on a day or whose schedule is not over yet, by their codes.

    `only` are some enrollments: the answer has none but these. The number of statements does not depend on how many they are.
    The caller checks whether the actor may see the site.
    """
    return people_between(session, site_id, day, day, only)


def people_between(
    session: Session, site_id: int, first_day: date, last_day: date, only: Collection[int] | None = None
) -> tuple[Person, ...]:
    """Return everybody whose enrollment runs at a site on one of some days, in a row, by their codes. See `people_at`."""
    rows = session.execute(
        select(
            Enrollment.id,
            Enrollment.client_id.label("record_id"),
            Enrollment.starts_on,
            Enrollment.schedule_version_id,
            _next_starts_on().label("next_starts_on"),
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            _came_on().label("at_site_from"),
            has_to_sign(last_day).label("has_to_sign"),
        )
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            Client.site_id == site_id,
            Enrollment.starts_on <= last_day,
            ~has_ended_before(first_day),
            *([Enrollment.id.in_(only)] if only is not None else []),
        )
        .order_by(Client.code, Enrollment.starts_on)
        .limit(MOST)
    ).all()
    ids = [row.id for row in rows]
    events, documents = events_of(session, [row.record_id for row in rows]), _documents(session, rows)
    plans = plans_of(session, ids)
    found = []
    for row in rows:
        span = span_from(row.starts_on, documents[row.schedule_version_id], events.get(row.id, ()), row.next_starts_on)
        if span.is_mistake or (span.last_day is not None and span.last_day < first_day):
            continue
        planned = Planned(row.id, span, plans.get(row.id, ()), row.at_site_from or date.min)
        found.append(Person(row.client_id, row.code, row.preferred_name, planned, row.has_to_sign))
    return tuple(found)


def enrollment_with_code(session: Session, actor: Actor, site_id: int, code: str, day: date) -> int:
    """Return the enrollment that runs at one of the actor's sites on a day, of the client with a code, old or new.

    Raise `NotFound` where the site has no such client, and where none of their enrollments runs on that day.
    """
    client_id = client_with_code(session, actor, code, only_here=True)
    running = [
        person.enrollment_id
        for person in people_at(session, site_id, day)
        if person.client_id == client_id and person.planned.runs_on(day)
    ]
    if client_id is None or not running:
        raise NotFound(what="client")
    return running[0]


def _next_starts_on() -> ColumnElement[Any]:
    later = aliased(Enrollment)
    return (
        select(func.min(later.starts_on))
        .where(later.client_id == Enrollment.client_id, later.starts_on > Enrollment.starts_on)
        .scalar_subquery()
    )


def _came_on() -> ColumnElement[Any]:
    """Return the column with the first day of a client at their site, NULL for one who was never transferred."""
    return (
        select(func.max(ClientTransfer.first_day))
        .where(ClientTransfer.client_id == Client.id, ClientTransfer.to_site_id == Client.site_id)
        .scalar_subquery()
    )


def _documents(session: Session, rows: Any) -> Mapping[int, str]:
    versions = {row.schedule_version_id for row in rows}
    found = session.execute(
        select(ScheduleVersion.id, ScheduleVersion.document).where(ScheduleVersion.id.in_(versions))
    )
    return {row.id: row.document for row in found}
