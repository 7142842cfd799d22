"""Saved reports: those of an actor's sites, and the table of one on the day on which it is read.

A saved report counts its own sites, whoever opens it. Whoever may see clients sees the same numbers in it; to others, what
would tell about a few clients is hidden, measured against all of their own sites. Who does not reach all of its sites does
not see it. So one that was saved for all sites of a lead belongs to whoever has at least those sites.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.errors.translator import ENGLISH, Translator
from cm_tracker.domain.measures.saved_reports import days_of
from cm_tracker.domain.measures.tables import Table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SavedReport, SavedReportSite, Site, Staff
from cm_tracker.queries.reports.definitions import REPORTS, Report
from cm_tracker.queries.reports.registry import table_of
from cm_tracker.queries.staff.sites import at_sites

MOST = 500


@dataclass(frozen=True, slots=True)
class SavedSite:
    """A site that a saved report counts."""

    id: int
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class SavedLine:
    """A saved report. `maker` is the name of who saved it, `columns` are the chosen ones; none means all."""

    id: int
    name: str
    report: str
    by: str
    days: str
    first_day: date | None
    last_day: date | None
    columns: tuple[str, ...]
    maker: str | None
    sites: tuple[SavedSite, ...]

    @property
    def of(self) -> Report:
        """The report that was saved."""
        return REPORTS[self.report]

    def days_on(self, now: datetime) -> tuple[date, date]:
        """Return the first and the last day of the report now; with several time zones, where the day is the earliest."""
        today = min(day_at(now, site.time_zone) for site in self.sites)
        return days_of(self.days, today, self.first_day, self.last_day)


def saved_reports(session: Session, actor: Actor) -> tuple[SavedLine, ...]:
    """Return the saved reports of the actor's sites that are not retired, by name.

    One whose rows have the codes of clients is left out for those who may not see clients.
    """
    return _lines(session, actor)


def saved_report(session: Session, actor: Actor, saved_id: int) -> SavedLine:
    """Return a saved report of the actor's sites. Raise `NotFound`, also for a retired one."""
    found = _lines(session, actor, SavedReport.id == saved_id)
    if not found:
        raise NotFound(what="report")
    return found[0]


def saved_table(
    session: Session, actor: Actor, saved: SavedLine, now: datetime, translator: Translator = ENGLISH
) -> Table:
    """Return the table of a saved report as it is now: at its own sites, with its columns, as the actor may see it."""
    first_day, last_day = saved.days_on(now)
    table = table_of(
        session, actor, saved.report, first_day=first_day, last_day=last_day, now=now, by=saved.by,
        site_ids=[site.id for site in saved.sites], translator=translator,
    )  # fmt: skip
    return table.with_columns(saved.columns) if saved.columns else table


def _lines(session: Session, actor: Actor, *conditions: Any) -> tuple[SavedLine, ...]:
    beyond = exists().where(
        SavedReportSite.saved_report_id == SavedReport.id, ~at_sites(SavedReportSite.site_id, actor)
    )  # fmt: skip
    rows = session.execute(
        select(
            SavedReport.id,
            SavedReport.name,
            SavedReport.report,
            SavedReport.grouped_by,
            SavedReport.days,
            SavedReport.first_day,
            SavedReport.last_day,
            SavedReport.column_names,
            Staff.display_name,
        )
        .outerjoin(Staff, Staff.id == SavedReport.staff_id)
        .where(SavedReport.retired_at.is_(None), ~beyond, *conditions)
        .order_by(SavedReport.name, SavedReport.id)
        .limit(MOST)
    ).all()
    sites = _sites(session, [row.id for row in rows])
    lines = (
        SavedLine(
            row.id,
            row.name,
            row.report,
            row.grouped_by,
            row.days,
            row.first_day,
            row.last_day,
            _known_columns(row),
            row.display_name,
            sites[row.id],
        )
        for row in rows
        # A report that a later version of the program no longer has cannot be opened.
        if row.report in REPORTS
    )
    may_see_clients = actor.may("report:clients")
    return tuple(line for line in lines if may_see_clients or not line.of.names_clients)


def _known_columns(row: Any) -> tuple[str, ...]:
    """Return the chosen columns that the report still has."""
    known = {column.name for column in REPORTS[row.report].choices}
    return tuple(name for name in row.column_names.split() if name in known)


def _sites(session: Session, saved_ids: Sequence[int]) -> dict[int, tuple[SavedSite, ...]]:
    found: dict[int, tuple[SavedSite, ...]] = {}
    for row in session.execute(
        select(SavedReportSite.saved_report_id, Site.id, Site.name, Site.time_zone)
        .join(Site, Site.id == SavedReportSite.site_id)
        .where(SavedReportSite.saved_report_id.in_(saved_ids))
        .order_by(Site.name, Site.id)
    ):
        found[row.saved_report_id] = (
            *found.get(row.saved_report_id, ()), SavedSite(row.id, row.name, row.time_zone),
        )  # fmt: skip
    return found
