"""The codes with which a service is billed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.day.billing_codes import NO_CODES
from cm_tracker.domain.day.services import TEST_VISIT
from cm_tracker.forms.day.services import CodesForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.day.set_codes import set_codes
from cm_tracker.queries.day.service_codes import codes_at
from cm_tracker.queries.day.week import service_of
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("service_codes", __name__)


@blueprint.route("/services/<id:service_id>/codes", methods=["GET", "POST"])
@allow("service:manage")
def show(service_id: int) -> str | Response | tuple[str, int]:
    """Show the codes of a service, and set others."""
    service = service_of(db.session(), actor(), service_id).service
    site = site_of(db.session(), actor(), service.site_id)
    form = CodesForm()
    if form.is_new:
        codes = codes_at(db.session(), [site.id]).get(service_id, NO_CODES)
        form.procedure.data, form.negative.data, form.positive.data = codes.procedure, codes.negative, codes.positive
    saved = attempt(
        form,
        lambda: set_codes(
            db.session(),
            service_id=service_id,
            procedure=form.procedure.data or "",
            negative=form.negative.data or "",
            positive=form.positive.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("The codes are saved."))
        return redirect(url_for("services.index", site_id=site.id), 303)
    page = render_template(
        "day/service_codes.html", form=form, service=service, site=site, is_test=service.kind == TEST_VISIT
    )  # fmt: skip
    return page, status_of(form)
