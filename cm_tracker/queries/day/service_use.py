"""How many clients have a service in their plans, so that a change of it can say whom it touches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.events import COUNTS, END
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, EnrollmentEventRow, PlanItemRow, PlanRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """The clients who have a service in their plans: how many, and how many on which weekday. Monday is 0."""

    clients: int = 0
    by_weekday: Mapping[int, int] = field(default_factory=dict)


def clients_by_service(session: Session, actor: Actor, site_id: int, day: date) -> dict[int, int]:
    """Return how many clients have each service of a site in a plan that holds on a day or later, by the service's id.

    Services in no plan are left out. So are enrollments that somebody has ended; one whose schedule is over counts.
    """
    rows = session.execute(
        _planned(actor, site_id, day, PlanItemRow.service_id, func.count(Client.id.distinct()).label("clients"))
        .group_by(PlanItemRow.service_id)
        .limit(1_000)
    )
    return {row.service_id: row.clients for row in rows}


def service_use(session: Session, actor: Actor, site_id: int, service_id: int, day: date) -> ServiceUse:
    """Return the clients who have a service of a site in a plan that holds on a day or later."""
    rows = session.execute(
        _planned(actor, site_id, day, Client.id.label("client_id"), PlanItemRow.weekdays)
        .where(PlanItemRow.service_id == service_id)
        .distinct()
        .limit(5_000)
    ).all()
    on_weekday = {(row.client_id, int(weekday)) for row in rows for weekday in row.weekdays}
    by_weekday = {number: sum(one == number for _, one in on_weekday) for number in range(7)}
    return ServiceUse(
        len({row.client_id for row in rows}), {number: count for number, count in by_weekday.items() if count}
    )


def _planned(actor: Actor, site_id: int, day: date, *columns: Any) -> Any:
    """Return the statement for the items of the plans of a site that hold on a day or later."""
    return (
        select(*columns)
        .select_from(PlanItemRow)
        .join(PlanRow, PlanRow.id == PlanItemRow.plan_id)
        .join(Enrollment, Enrollment.id == PlanRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            PlanRow.site_id == site_id,
            Client.site_id == site_id,
            at_sites(PlanRow.site_id, actor),
            ~_is_replaced(day),
            ~_has_ended(),
        )
    )


def _is_replaced(day: date) -> ColumnElement[bool]:
    """Return whether another plan has taken a plan's place by a day (`domain.day.plans.plan_on`)."""
    later = aliased(PlanRow)
    takes_its_place = ((later.from_on > PlanRow.from_on) & (later.from_on <= day)) | (
        (later.from_on == PlanRow.from_on) & (later.id > PlanRow.id)
    )
    return exists().where(later.enrollment_id == PlanRow.enrollment_id, takes_its_place).correlate(PlanRow)


def _has_ended() -> ColumnElement[bool]:
    event, newer = aliased(EnrollmentEventRow), aliased(EnrollmentEventRow)
    return (
        exists()
        .where(
            event.enrollment_id == Enrollment.id,
            event.kind == END,
            event.state == COUNTS,
            ~exists().where(newer.replaces_id == event.id),
        )
        .correlate(Enrollment)
    )
