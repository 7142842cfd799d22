"""Clients' plans, one line for each service of a plan, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    Client,
    ClientTransfer,
    Enrollment,
    PlanItemRow,
    PlanRow,
    ScheduleRow,
    ScheduleVersion,
    ServiceRow,
    Site,
    Staff,
)
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.paging import PAGE, ListFilter, Listing, Page, has_more_than, page_of
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.documents import version_name
from cm_tracker.queries.schedules.followed import is_mistake
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A service of a plan, by the client's code. `schedule` is the version with which the enrollment began.

    `until_on` is the last day on which the plan holds at the site, None while that is not known. `weekdays` are Monday as
    0 to Sunday as 6, in this order. `time_of_day` is the client's own, None where the service's own holds.
    """

    plan: int
    client_code: str
    site: str
    enrollment: int
    schedule: str
    from_on: date
    until_on: date | None
    level: str
    service: str
    weekdays: tuple[int, ...]
    behavior: str | None
    hours_required: int
    time_of_day: time | None
    reason: str
    is_drawn: bool
    hours_between: int
    recorded_at: datetime
    by: str | None

    @property
    def has_held(self) -> bool:
        """Return whether the plan holds on any day: an enrollment may have ended before its last plan began.

        The client may have moved to another site before, too.
        """
        return self.until_on is None or self.from_on <= self.until_on


def _page(
    session: Session, actor: Actor, chosen: ListFilter, before: int | None = None, size: int = PAGE
) -> Page[PlanLine]:
    """Return a page of the services of plans made at the actor's sites, with ids below `before`.

    However long the page, it takes three queries.
    """
    later = aliased(PlanRow)
    next_on = (
        select(func.min(later.from_on))
        .where(later.enrollment_id == PlanRow.enrollment_id, later.from_on > PlanRow.from_on)
        .correlate(PlanRow)
        .scalar_subquery()
    )
    left_on = (
        select(func.min(ClientTransfer.first_day))
        .where(
            ClientTransfer.client_id.in_((Client.id, Record.id)),
            ClientTransfer.site_id == PlanRow.site_id,
            ClientTransfer.recorded_at >= PlanRow.recorded_at,
        )
        .correlate(Client, Record, PlanRow)
        .scalar_subquery()
    )
    statement: Any = (
        select(
            PlanItemRow.id,
            Client.id.label("client_id"),
            next_on.label("next_on"),
            left_on.label("left_on"),
            PlanRow.id.label("plan"),
            Client.code.label("client_code"),
            Site.name.label("site"),
            PlanRow.enrollment_id.label("enrollment"),
            version_name().label("schedule"),
            PlanRow.from_on,
            PlanRow.level,
            ServiceRow.name.label("service"),
            PlanItemRow.weekdays,
            PlanItemRow.behavior,
            PlanRow.hours_required,
            PlanItemRow.time_of_day,
            PlanRow.reason,
            PlanItemRow.is_drawn,
            PlanItemRow.hours_between,
            PlanRow.recorded_at,
            Staff.display_name.label("by"),
        )
        .join(PlanRow, PlanRow.id == PlanItemRow.plan_id)
        .join(Enrollment, Enrollment.id == PlanRow.enrollment_id)
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(ServiceRow, ServiceRow.id == PlanItemRow.service_id)
        .join(Site, Site.id == PlanRow.site_id)
        .outerjoin(Staff, Staff.id == PlanRow.staff_id)
        .where(*_conditions(actor, chosen))
        .order_by(PlanItemRow.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        statement = statement.where(PlanItemRow.id < before)
    rows = session.execute(statement).all()
    spans = spans_of(session, sorted({row.client_id for row in rows}))
    last_days = {one.enrollment_id: one.span.last_day for one in spans}
    return page_of([_line(row, last_days) for row in rows], [row.id for row in rows], size)


def _line(row: Any, last_days: Mapping[int, date | None]) -> PlanLine:
    columns = dict(row._mapping)
    del columns["id"], columns["client_id"]
    # The day before another plan, or another site; and the enrollment's own end.
    ends = [day - ONE_DAY for day in (columns.pop("next_on"), columns.pop("left_on")) if day is not None]
    if (last_day := last_days.get(row.enrollment)) is not None:
        ends.append(last_day)
    weekdays = tuple(int(weekday) for weekday in row.weekdays)
    return PlanLine(**{**columns, "until_on": min(ends, default=None), "weekdays": weekdays})


def _is_longer_than(session: Session, actor: Actor, chosen: ListFilter, most: int) -> bool:
    """Return whether plans have more than `most` services."""
    found = (
        select(PlanItemRow.id)
        .join(PlanRow, PlanRow.id == PlanItemRow.plan_id)
        .join(Enrollment, Enrollment.id == PlanRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .where(*_conditions(actor, chosen))
        .order_by(PlanItemRow.id.desc())
    )
    return has_more_than(session, found, most)


def _conditions(actor: Actor, chosen: ListFilter) -> list[ColumnElement[bool]]:
    newer = aliased(PlanRow)
    found: list[ColumnElement[bool]] = [
        # Of two plans from the same day on, the one that was entered first never held.
        ~exists().where(
            newer.enrollment_id == PlanRow.enrollment_id, newer.from_on == PlanRow.from_on, newer.id > PlanRow.id
        ),
        ~is_mistake(),
        counted_clients(Record),
        at_sites(PlanRow.site_id, actor),
        PlanRow.from_on >= (chosen.since or date.min),
        PlanRow.from_on <= (chosen.until or date.max),
    ]
    if chosen.site_id is not None:
        found.append(PlanRow.site_id == chosen.site_id)
    if chosen.client_code:
        found.append(Record.id.in_(records_with_code(chosen.client_code)))
    return found


PLANS = Listing(_page, _is_longer_than)
"""The services of plans that hold or held, without those of practice clients."""
