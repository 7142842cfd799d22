"""Saved reports: a lead saves a report with its days as a kind; leads and auditors of its sites open it with current days."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from cm_tracker import clock, i18n
from cm_tracker.bars import bar_chart
from cm_tracker.db import db
from cm_tracker.domain.audit.downloads import REPORT
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.measures.groups import SITE
from cm_tracker.domain.measures.saved_reports import kind_of
from cm_tracker.forms.base import Form, choices, id_in
from cm_tracker.forms.reports import SaveReportForm, save_form
from cm_tracker.i18n import gettext
from cm_tracker.labels.reports import DAYS, GROUPS, names
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.operations.reports.retire_report import retire_report
from cm_tracker.operations.reports.save_report import save_report
from cm_tracker.queries.reports.definitions import REPORTS, Report
from cm_tracker.queries.reports.saved import SavedLine, saved_report, saved_table
from cm_tracker.queries.staff.sites import sites_of, zone_of_list
from cm_tracker.replica import late_since, reading
from cm_tracker.report_files import shown, title_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.reports.reports import days_asked, filter_form, report_file, titles_of, today_of

blueprint = Blueprint("saved_reports", __name__, url_prefix="/reports")

ALL, SAME = "", "same"
"""The choice of all sites of who saves it, and that of the sites that a saved report has already."""


@blueprint.route("/<name>/save", methods=["GET", "POST"])
@allow("report:save")
def new(name: str) -> str | BaseResponse | tuple[str, int]:
    """Save a report, beginning with what its page was asked for."""
    of = REPORTS.get(name)
    if of is None:
        raise NotFound(what="report")
    form = _form(of, None)
    if form.is_new:
        asked = filter_form(of)
        form.name.data, form.by.data = gettext(of.title), asked.chosen("by") or SITE
        form.site_id.data = asked.chosen("site_id") or ALL
        first_day, last_day = days_asked(asked)
        form.days.data = kind_of(first_day, last_day, today_of(asked))
        form.first_day.data, form.last_day.data = first_day, last_day
        form.tick([column.name for column in of.choices])
    saved_id = _save(form, of, None)
    if saved_id is not None:
        flash(gettext("The report is saved. It stands at the top of the reports."))
        return redirect(url_for("saved_reports.show", saved_id=saved_id), 303)
    return _form_page(form, of, None), status_of(form)


@blueprint.get("/saved/<id:saved_id>")
@allow("report:view")
def show(saved_id: int) -> str:
    """Show a saved report with the days of today."""
    saved = saved_report(db.session(), actor(), saved_id)
    with reading() as session:
        table = saved_table(session, actor(), saved, clock.now(), i18n)
    return render_template(
        "reports/show.html",
        saved=saved,
        report=saved.of,
        group=None,
        places=None,
        table=table,
        title=title_of(table.title),
        chart=bar_chart(table, saved.of.is_grouped),
        columns=titles_of(table),
        shown=shown,
        site_name=names([site.name for site in saved.sites]),
        csv=url_for("saved_reports.download", saved_id=saved_id, kind="csv"),
        xlsx=url_for("saved_reports.download", saved_id=saved_id, kind="xlsx"),
        worked_out_at=clock.now(),
        late_since=late_since(clock.now()),
        zone=zone_of_list(db.session(), actor(), saved.sites[0].id),
    )


@blueprint.get("/saved/<id:saved_id>/report.<any(csv, xlsx):kind>")
@allow("report:view", fresh=True)
def download(saved_id: int, kind: str) -> Response:
    """Send a saved report as a file with the same numbers as its page."""
    saved = saved_report(db.session(), actor(), saved_id)
    with reading() as session:
        table = saved_table(session, actor(), saved, clock.now())
    note_download(
        db.session(),
        list_name=REPORT,
        about=saved.report,
        way=kind,
        site_id=saved.sites[0].id if len(saved.sites) == 1 else None,
        since=table.first_day,
        until=table.last_day,
        actor=actor(),
        now=clock.now(),
    )
    return report_file(table, kind)


@blueprint.route("/saved/<id:saved_id>/change", methods=["GET", "POST"])
@allow("report:save")
def change(saved_id: int) -> str | BaseResponse | tuple[str, int]:
    """Change the name, the days, the sites, the groups or the columns of a saved report."""
    saved = saved_report(db.session(), actor(), saved_id)
    form = _form(saved.of, saved)
    if form.is_new:
        form.name.data, form.days.data, form.by.data = saved.name, saved.days, saved.by
        form.first_day.data, form.last_day.data = saved.first_day, saved.last_day
        form.site_id.data = str(saved.sites[0].id) if len(saved.sites) == 1 else SAME
        form.tick(saved.columns)
    if _save(form, saved.of, saved) is not None:
        flash(gettext("The saved report is changed."))
        return redirect(url_for("saved_reports.show", saved_id=saved_id), 303)
    return _form_page(form, saved.of, saved), status_of(form)


@blueprint.route("/saved/<id:saved_id>/remove", methods=["GET", "POST"])
@allow("report:save")
def remove(saved_id: int) -> str | BaseResponse | tuple[str, int]:
    """Remove a saved report after a question. It opens no more; its row and the audit trail stay."""
    saved, form = saved_report(db.session(), actor(), saved_id), Form()
    name = attempt(
        form, lambda: retire_report(db.session(), saved_id=saved_id, actor=actor(), now=clock.now())
    )  # fmt: skip
    if name is not None:
        flash(gettext("“%(name)s” is removed.", name=name))
        return redirect(url_for("reports.index"), 303)
    return render_template("reports/remove.html", form=form, saved=saved), status_of(form)


def _form(of: Report, saved: SavedLine | None) -> SaveReportForm:
    if of.names_clients and not actor().may("report:clients"):
        raise NotAllowed(roles=actor().roles)
    form = save_form([(column.name, gettext(column.title)) for column in of.choices])()
    form.days.choices = choices(DAYS.items())
    form.by.choices = choices((name, GROUPS[name]) for name in of.groups or (SITE,))
    form.site_id.choices = choices(_sites(saved).items())
    return form


def _sites(saved: SavedLine | None) -> Mapping[str, str]:
    """Return the choices of sites: all of the lead's, each of them, and several that the report has already."""
    lines = sites_of(db.session(), actor())
    found = {str(site.id): site.name for site in lines}
    if len(lines) > 1:
        found = {ALL: gettext("All my sites: %(sites)s", sites=names([site.name for site in lines])), **found}
    if saved is not None and len(saved.sites) > 1:
        sites = names([site.name for site in saved.sites])
        found = {SAME: gettext("As it is: %(sites)s", sites=sites), **found}
    return found


def _site_ids(form: SaveReportForm, saved: SavedLine | None) -> list[int]:
    chosen = form.site_id.data
    if chosen == SAME and saved is not None:
        return [site.id for site in saved.sites]
    if chosen == ALL:
        return [site.id for site in sites_of(db.session(), actor())]
    site_id = id_in(chosen)
    return [] if site_id is None else [site_id]


def _save(form: SaveReportForm, of: Report, saved: SavedLine | None) -> int | None:
    return attempt(
        form,
        lambda: save_report(
            db.session(),
            saved_id=saved.id if saved else None,
            name=form.name.data or "",
            report=of.name,
            days=form.days.data or "",
            first_day=form.first_day.data,
            last_day=form.last_day.data,
            site_ids=_site_ids(form, saved),
            by=form.by.data if of.groups else SITE,
            columns=form.chosen_columns([column.name for column in of.choices]),
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )


def _form_page(form: SaveReportForm, of: Report, saved: SavedLine | None) -> str:
    return render_template(
        "reports/save.html",
        form=form,
        report=of,
        saved=saved,
        ticks=[(form[f"column_{column.name}"], form[f"place_{column.name}"]) for column in of.choices],
    )
