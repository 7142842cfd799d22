"""Reports: a sentence that says what the numbers say, a chart, the table under it, the definition beside it, files."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import current_user

from cm_tracker import clock, i18n, labels
from cm_tracker.bars import bar_chart
from cm_tracker.db import db
from cm_tracker.domain.audit.downloads import CSV, REPORT
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.domain.errors.translator import ENGLISH, Translator
from cm_tracker.domain.measures.groups import GROUPS, SITE, last_weeks
from cm_tracker.domain.measures.tables import DAY, TEXT, Table
from cm_tracker.forms.base import choices
from cm_tracker.forms.reports import ReportFilterForm
from cm_tracker.i18n import gettext, using_language
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.reports.definitions import REPORTS, Report
from cm_tracker.queries.reports.registry import table_of
from cm_tracker.queries.reports.saved import saved_reports
from cm_tracker.queries.staff.sites import zone_of_list
from cm_tracker.replica import late_since, reading
from cm_tracker.report_files import sheets_of, shown, title_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.list_files import csv_file, offer_sites, xlsx_file

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("")
@allow("report:view")
def index() -> str:
    """List every report."""
    return render_template(
        "reports/list.html",
        reports=[one for one in REPORTS.values() if _may(one)],
        saved=saved_reports(db.session(), actor()),
        now=clock.now(),
    )


@blueprint.get("/<name>")
@allow("report:view")
def show(name: str) -> str | tuple[str, int]:
    """Show a report of the last twelve weeks, or of the days that are asked for."""
    return _page(name, None)


@blueprint.get("/<name>/groups/<int:group>")
@allow("report:clients")
def clients(name: str, group: int) -> str | tuple[str, int]:
    """Show the clients of one row of a report, or of all of them for 0, to those who may see clients."""
    return _page(name, group)


def _page(name: str, group: int | None) -> str | tuple[str, int]:
    report = _report(name, group)
    form = filter_form(report)
    table = None if form.errors else _table(report, form, group, i18n)
    if table is None:
        return render_template("reports/show.html", report=report, form=form, table=None), 422
    query: dict[str, Any] = dict(form.in_url())
    return render_template(
        "reports/show.html",
        group=group,
        places=_places(table) if group is None and report.groups and current_user.may("report:clients") else None,
        report=report,
        form=form,
        table=table,
        title=title_of(table.title),
        chart=bar_chart(table, report.is_grouped),
        columns=titles_of(table),
        shown=shown,
        query=query,
        csv=url_for("reports.download", name=name, kind="csv", **query),
        xlsx=url_for("reports.download", name=name, kind="xlsx", **query),
        site_name={choice.value: choice.label for choice in form.site_id.choices}[form.chosen("site_id") or ""],
        worked_out_at=clock.now(),
        late_since=late_since(clock.now()),
        zone=zone_of_list(db.session(), actor(), form.chosen_id("site_id")),
    )


@blueprint.get("/<name>/report.<any(csv, xlsx):kind>")
@allow("report:view", fresh=True)
def download(name: str, kind: str) -> Response | tuple[str, int]:
    """Send a report as a file with the same numbers as the page."""
    report = _report(name, None)
    form = filter_form(report)
    table = None if form.errors else _table(report, form, None, ENGLISH)
    if table is None:
        return render_template("reports/show.html", report=report, form=form, table=None), 422
    note_download(
        db.session(),
        list_name=REPORT,
        about=name,
        way=kind,
        site_id=form.chosen_id("site_id"),
        since=table.first_day,
        until=table.last_day,
        actor=actor(),
        now=clock.now(),
    )
    return report_file(table, kind)


def titles_of(table: Table) -> list[str | tuple[str, str]]:
    """Return the heads of a report's columns for a page: numbers stand at the right."""
    return [column.title if column.kind in (TEXT, DAY) else (column.title, "right") for column in table.columns]


def report_file(table: Table, kind: str) -> Response:
    """Return a report as a CSV or XLSX file. A file is in English for everybody."""
    file_name = f"{table.name}-{table.first_day}-{table.last_day}"
    if kind == CSV:
        return csv_file(file_name, table.columns, table.rows, remark=table.left_out)
    with using_language("en"):
        sheets = sheets_of(table)
    return xlsx_file(file_name, table.columns, table.rows, sheets)


def _report(name: str, group: int | None) -> Report:
    """Return the report. Raise `NotAllowed` where its rows are clients, for those who may not see these."""
    report = REPORTS.get(name)
    if report is None or (group is not None and not report.groups):
        raise NotFound(what="report")
    if not _may(report):
        raise NotAllowed(roles=actor().roles)
    return report


def _may(report: Report) -> bool:
    return not report.names_clients or bool(current_user.may("report:clients"))


def _places(table: Table) -> tuple[int, ...]:
    """Return the place of each row's group, as `Scope` counts them: the last row is everybody."""
    return (*range(1, len(table.rows)), 0)


def filter_form(report: Report) -> ReportFilterForm:
    """Return what the page of a report was asked for: the days, the site and the groups."""
    form = ReportFilterForm(request.args)
    offer_sites(form, gettext("all my sites"))
    # An address can ask for groups that a report does not have. They stay in the list, and the report says why not.
    groups = [name for name in GROUPS if name in report.groups or name == request.args.get("by")]
    form.by.choices = choices(
        [("", labels.reports.group(SITE)), *((name, labels.reports.group(name)) for name in groups if name != SITE)]
    )
    form.validate()
    first_day, last_day = days_asked(form)
    if not form.since.raw_data:
        form.since.data = first_day
    if not form.until.raw_data:
        form.until.data = last_day
    return form


def days_asked(form: ReportFilterForm) -> tuple[date, date]:
    """Return the days of a report: those that are asked for, or the last twelve weeks."""
    first_day, last_day = last_weeks(form.chosen("until") or today_of(form))
    return form.chosen("since") or first_day, form.chosen("until") or last_day


def today_of(form: ReportFilterForm) -> date:
    """Return the day that it is at the site that is asked for, or at all of the actor's."""
    return clock.day_at(clock.now(), zone_of_list(db.session(), actor(), form.chosen_id("site_id")))


def _table(report: Report, form: ReportFilterForm, group: int | None, translator: Translator) -> Table | None:
    """Return the report, or None with the problem at its field."""
    first_day, last_day = days_asked(form)
    try:
        with reading() as session:
            return table_of(
                session,
                actor(),
                report.name,
                first_day=first_day,
                last_day=last_day,
                now=clock.now(),
                site_id=form.chosen_id("site_id"),
                by=form.chosen("by") or SITE,
                of_group=group,
                translator=translator,
            )
    except BadInput as refusal:
        field = {"to": form.until, "by": form.by}.get(refusal.field or "", form.until)
        field.errors = [*field.errors, refusal.message(i18n)]
        return None
