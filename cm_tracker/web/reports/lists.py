"""Every list that leaves the program: what it holds, what its columns mean, and its files."""

from flask import Blueprint, Response, render_template, request

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.measures.deidentified import LEAST
from cm_tracker.exports.export import Export
from cm_tracker.exports.registry import EXPORTS, export_of
from cm_tracker.exports.research import NAME, RESEARCH, problem_of
from cm_tracker.exports.research import research_file as made_for_research
from cm_tracker.forms.base import FilterForm
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.paging import ListFilter
from cm_tracker.queries.staff.sites import zones_of_sites
from cm_tracker.spreadsheets import CODEBOOK, TYPES, codebook, unit
from cm_tracker.web.access import actor, allow
from cm_tracker.web.list_files import Answer, common_filter, csv_file, offer_sites, send_list, whole_file

ZIP = "application/zip"

blueprint = Blueprint("lists", __name__, url_prefix="/lists")


@blueprint.get("")
@allow("list:view")
def index() -> str:
    """Show the lists that somebody may take out."""
    return render_template(
        "reports/lists.html", exports=[one for one in EXPORTS.values() if actor().may(one.permission)]
    )


@blueprint.get("/research")
@allow("report:clients")
def research() -> str:
    """Show what is in the file for research, with its filter."""
    return _research_page(_form())


@blueprint.get("/research/file.zip")
@allow("report:clients", fresh=True)
def research_file() -> Answer:
    """Send the file for research."""
    form = _form()
    chosen = ListFilter(**{**common_filter(form), "client_code": ""})
    if not form.errors and (problem := problem_of(actor(), chosen)) is not None:
        form.since.errors = [problem]
    if form.errors:
        return _research_page(form), 422
    now = clock.now()
    note_download(
        db.session(),
        list_name=NAME,
        site_id=chosen.site_id,
        since=chosen.since,
        until=chosen.until,
        actor=actor(),
        now=now,
    )
    content = made_for_research(actor(), chosen, zones_of_sites(db.session(), actor()), now)
    return whole_file(content, f"{NAME}.zip", ZIP)


def _research_page(form: FilterForm) -> str:
    return render_template("reports/research.html", form=form, exports=RESEARCH, least=LEAST)


@blueprint.get("/<name>")
@allow("list:view")
def show(name: str) -> str:
    """Show what the columns of a list mean, with the filter of its files."""
    export = export_of(name, actor())
    return _page(export, _form(has_client=export.names_clients))


@blueprint.get("/<name>/list.<any(csv, xlsx, print):way>")
@allow("list:view", fresh=True)
def download(name: str, way: str) -> Answer:
    """Send a list as a file, or show it to be printed."""
    export = export_of(name, actor())
    form = _form(has_client=export.names_clients)
    common = ListFilter(**common_filter(form))
    try:
        chosen = export.filter_of(common)
    except BadInput as refusal:
        form.until.errors = [*form.until.errors, refusal.message(i18n)]
        chosen = common
    return send_list(export, way, form, chosen, lambda: _page(export, form))


@blueprint.get("/<name>/codebook.csv")
@allow("list:view")
def columns(name: str) -> Response:
    """Send what the columns of a list mean as a CSV file. It says nothing of a client."""
    export = export_of(name, actor())
    return csv_file(f"{export.name}-codebook", CODEBOOK, codebook(export.fields))


def _form(*, has_client: bool = True) -> FilterForm:
    """Return the filter of a list. One that has no clients is not narrowed to one."""
    form = FilterForm(request.args)
    if not has_client:
        del form.client_code
    offer_sites(form)
    form.validate()
    return form


def _page(export: Export, form: FilterForm) -> str:
    return render_template("reports/list_columns.html", export=export, form=form, types=TYPES, unit=unit)
