"""Who has looked: at one client's record, for the lead and printed for the client; and the list of all, by code."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.exports.audit import VIEWED
from cm_tracker.forms.audit import AuditFilterForm
from cm_tracker.forms.base import FilterForm, choices
from cm_tracker.i18n import gettext
from cm_tracker.queries.audit.viewings import (
    ViewingFilter,
    printed_viewings,
    viewings,
    viewings_of_client,
)
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.queries.staff.staff import staff_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import cursor_from
from cm_tracker.web.list_files import Answer, common_filter, offer_sites, send_list
from cm_tracker.web.papers import show_paper

blueprint = Blueprint("viewings", __name__)

# A client who asks is given the last three months, unless they ask for others.
PRINTED_DAYS = timedelta(days=90)


@blueprint.get("/clients/<id:client_id>/viewings")
@allow("viewing:client")
def of_client(client_id: int) -> str:
    """Show who has looked at a client's record, newest first."""
    client = client_name(db.session(), actor(), client_id)
    page = viewings_of_client(db.session(), actor(), client.id, before=cursor_from(request.args))
    return render_template("audit/client_viewings.html", client=client, lines=page.lines, older=page.older)


@blueprint.get("/clients/<id:client_id>/viewings/print")
@allow("viewing:client")
def print_for_client(client_id: int) -> str | Response | tuple[str | Response, int]:
    """Show the same in the client's language, to print: one line for a day, a person and a page."""
    client = client_name(db.session(), actor(), client_id)
    form = FilterForm(request.args)
    del form.site_id, form.client_code
    is_valid = form.validate()
    today = clock.day_at(clock.now(), client.time_zone)
    until = form.chosen("until") or today
    since = form.chosen("since") or until - PRINTED_DAYS
    printed = printed_viewings(db.session(), actor(), client.id, since=since, until=until, time_zone=client.time_zone)
    if printed.is_cut:
        form.since.errors = [gettext("These days have more lines than fit on one paper. Choose fewer days.")]
        return render_template(
            "audit/printed_viewings.html", client=client, form=form, spoken=client.language, paper=""
        ), 422
    site = site_of(db.session(), actor(), client.site_id)
    page = show_paper(
        "audit/printed_viewings.html",
        "viewings",
        language=client.language,
        code=client.code,
        time_zone=client.time_zone,
        client=client,
        site=site,
        form=form,
        printed=printed,
        since=since,
        until=until,
    )
    return page if is_valid else (page, 422)


@blueprint.get("/viewings")
@allow("viewing:list")
def index() -> str:
    """Show who looked at records and lists, who was refused, and wrong passwords, newest first; clients by code."""
    return _page(_form())


@blueprint.get("/viewings/list.<any(csv, xlsx, print):way>")
@allow("viewing:list", fresh=True)
def download(way: str) -> Answer:
    """Send every line that matches the filter as a file, or show them to be printed."""
    form = _form()
    return send_list(VIEWED, way, form, _filter(form), lambda: _page(form))


def _form() -> AuditFilterForm:
    form = AuditFilterForm(request.args)
    staff = staff_list(db.session(), actor())
    offer_sites(form)
    form.kind.choices = choices(
        [("", gettext("Everything")), *((kind, gettext(word)) for kind, word in labels.viewings.KINDS)]
    )
    form.staff_id.choices = choices(
        [("", gettext("Everybody")), *((str(line.id), line.display_name) for line in staff)]
    )
    form.validate()
    return form


def _filter(form: AuditFilterForm) -> ViewingFilter:
    return ViewingFilter(
        **common_filter(form),
        kind=form.chosen("kind"),
        staff_id=form.chosen_id("staff_id"),
    )


def _page(form: AuditFilterForm) -> str:
    chosen = _filter(form)
    page = viewings(db.session(), actor(), chosen, before=cursor_from(request.args))
    return render_template(
        "audit/viewings.html",
        form=form,
        lines=page.lines,
        older=page.older,
        zone=chosen.time_zone,
        query=form.in_url(),
    )
