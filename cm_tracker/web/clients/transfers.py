"""What changes about a client beside name and language: the site, by a transfer, and a code that was wrong."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.clients.codes import new_code
from cm_tracker.domain.clients.transfers import Unfinished, check_transfer
from cm_tracker.forms.base import choices
from cm_tracker.forms.clients.transfers import CodeForm, TransferForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.clients.correct_code import correct_code
from cm_tracker.operations.clients.transfer_client import transfer_client
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.clients.search import aliases_of
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.staff.sites import site_of, sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("transfers", __name__, url_prefix="/clients/<id:client_id>")


@blueprint.route("/transfer", methods=["GET", "POST"])
@allow("client:transfer")
def new(client_id: int) -> str | Response | tuple[str, int]:
    """Transfer a client to another of the actor's sites."""
    form = TransferForm()
    client = client_name(db.session(), actor(), client_id)
    sites = sites_of(db.session(), actor())
    # A form that was sent twice still names the site to which the client belongs by now.
    is_sent = form.is_submitted() and answer_of(db.session(), "transfer_client", form.key.data or "") is not None
    others = [site for site in sites if site.id != client.site_id or is_sent]
    form.to_site_id.choices = choices((site.id, site.name) for site in others)
    today = clock.day_at(clock.now(), client.time_zone)
    if form.is_new:
        form.first_day.data = today
        if len(others) == 1:
            form.to_site_id.data = others[0].id
    transfer_id = attempt(
        form,
        lambda: transfer_client(
            db.session(),
            client_id=client.id,
            to_site_id=form.to_site_id.data,
            first_day=form.first_day.data,
            note=form.note.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check=lambda: check_transfer(
            client.site_id,
            form.to_site_id.data or 0,
            form.first_day.data or today,
            form.note.data or "",
            Unfinished(),
            today,
        ),
    )
    if transfer_id is not None:
        to_site = next(site for site in sites if site.id == form.to_site_id.data)
        flash(gettext("Transferred. %(client)s belongs to %(site)s now.", client=client.code, site=to_site.name))
        return redirect(url_for("clients.show", client_id=client.id), 303)
    site = site_of(db.session(), actor(), client.site_id)
    return render_template("clients/transfer.html", form=form, client=client, site=site, others=others), status_of(form)


@blueprint.route("/code", methods=["GET", "POST"])
@allow("client:change")
def code(client_id: int) -> str | Response | tuple[str, int]:
    """Correct a client's code."""
    form = CodeForm()
    client = client_name(db.session(), actor(), client_id)
    change_id = attempt(
        form,
        lambda: correct_code(
            db.session(),
            client_id=client.id,
            code=form.code.data,
            reason=form.reason.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check=lambda: new_code(form.code.data or ""),
    )
    if change_id is not None:
        flash(gettext("Corrected. The client is still found by the old code; the kiosk takes only the new one."))
        return redirect(url_for("clients.show", client_id=client.id), 303)
    page = render_template("clients/code.html", form=form, client=client, aliases=aliases_of(db.session(), client.id))
    return page, status_of(form)
