"""Visits as their newest records say them, one line for each, the newest record first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.db import table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.visit_records import records_by_visit
from cm_tracker.models import (
    AccountRow,
    Client,
    Enrollment,
    EntryRow,
    ScheduleRow,
    ScheduleVersion,
    Site,
    Staff,
    VisitResult,
    VisitRow,
)
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.paging import PAGE, ListFilter, Listing, Page, has_more_than, page_of
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.documents import version_name
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit by the client's code, with what it earned. `schedule` is the version with which the enrollment began."""

    visit: CurrentVisit
    client_code: str
    site_name: str
    enrollment: int
    schedule: str
    by: str
    points: int
    draws: int


def _page(
    session: Session, actor: Actor, chosen: ListFilter, before: int | None = None, size: int = PAGE
) -> Page[VisitLine]:
    """Return a page of the visits at the actor's sites, with ids of their newest records below `before`.

    However long the page, it takes four queries.
    """
    statement: Any = (
        select(
            VisitRow.id,
            Client.code.label("client_code"),
            Site.name.label("site_name"),
            VisitRow.enrollment_id,
            version_name().label("schedule"),
            func.coalesce(Staff.display_name, VisitRow.via).label("by"),
        )
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == VisitRow.site_id)
        .outerjoin(Staff, Staff.id == VisitRow.staff_id)
        .where(*_conditions(actor, chosen))
        .order_by(VisitRow.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        statement = statement.where(VisitRow.id < before)
    rows = session.execute(statement).all()
    visits = _visits(session, [row.id for row in rows])
    earned = _earned(session, [visit.id for visit in visits.values()])
    lines = [
        VisitLine(
            visit := visits[row.id],
            row.client_code,
            row.site_name,
            row.enrollment_id,
            row.schedule,
            row.by,
            earned.get((visit.id, "points"), 0),
            earned.get((visit.id, "draws"), 0),
        )
        for row in rows
    ]
    return page_of(lines, [row.id for row in rows], size)


def _visits(session: Session, newest_ids: Collection[int]) -> dict[int, CurrentVisit]:
    """Return visits by the ids of their newest records."""
    columns = table(VisitRow).c
    chain = select(columns.id, columns.corrects_id).where(columns.id.in_(newest_ids)).cte(recursive=True)
    chain = chain.union_all(select(columns.id, columns.corrects_id).where(columns.id == chain.c.corrects_id))
    records: Any = session.execute(
        select(*columns, Site.time_zone)
        .join(Site, Site.id == columns.site_id)
        .where(columns.id.in_(select(chain.c.id)))
        .order_by(columns.id)
    ).all()
    results: Any = session.execute(
        select(VisitResult.visit_id, VisitResult.analyte, VisitResult.result).where(
            VisitResult.visit_id.in_(newest_ids)
        )
    )
    found = records_by_visit(records, (tuple(row) for row in results))
    return {of[-1].newest_id: of[-1] for of in found.values()}


def _earned(session: Session, visit_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """Return what visits earned by now, by visit and unit."""
    rows = session.execute(
        select(EntryRow.visit_id, EntryRow.unit, func.sum(EntryRow.amount).label("n"))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "client", EntryRow.visit_id.in_(visit_ids))
        .group_by(EntryRow.visit_id, EntryRow.unit)
    )
    return {(row.visit_id, row.unit): int(row.n) for row in rows}


def _is_longer_than(session: Session, actor: Actor, chosen: ListFilter, most: int) -> bool:
    """Return whether more than `most` visits fit the filter."""
    found = (
        select(VisitRow.id)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .where(*_conditions(actor, chosen))
        .order_by(VisitRow.id.desc())
    )
    return has_more_than(session, found, most)


def _conditions(actor: Actor, chosen: ListFilter) -> list[ColumnElement[bool]]:
    newer = aliased(VisitRow)
    found: list[ColumnElement[bool]] = [
        ~exists().where(newer.corrects_id == VisitRow.id),
        func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
        counted_clients(Record),
        at_sites(VisitRow.site_id, actor),
        VisitRow.happened_on >= (chosen.since or date.min),
        VisitRow.happened_on <= (chosen.until or date.max),
    ]
    if chosen.site_id is not None:
        found.append(VisitRow.site_id == chosen.site_id)
    if chosen.client_code:
        found.append(Record.id.in_(records_with_code(chosen.client_code)))
    return found


VISITS = Listing(_page, _is_longer_than)
"""The visits that count, without those of practice clients."""
