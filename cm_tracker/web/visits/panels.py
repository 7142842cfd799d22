"""The panels of a site: the strips of its test cups, and the lots in use."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.visits.panels import TEMPLATES
from cm_tracker.forms.visits.panels import STRIPS, LotForm, RetirePanelForm, panel_form
from cm_tracker.i18n import gettext
from cm_tracker.operations.visits.add_lot import add_lot
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.operations.visits.retire_panel import retire_panel
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.queries.visits.panels import panel_lines, panel_place
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("panels", __name__)


@blueprint.get("/sites/<id:site_id>/panels")
@allow("panel:manage")
def index(site_id: int) -> str:
    """List the panels of a site with the lot in use."""
    site = site_of(db.session(), actor(), site_id)
    today = clock.day_at(clock.now(), site.time_zone)
    return render_template(
        "visits/panels.html",
        site=site,
        today=today,
        lines=panel_lines(db.session(), actor(), site_id, today),
        templates=TEMPLATES,
        form=RetirePanelForm(),
    )


@blueprint.route("/sites/<id:site_id>/panels/new", methods=["GET", "POST"])
@allow("panel:manage")
def new(site_id: int) -> str | Response | tuple[str, int]:
    """Add a panel. `start` in the URL names the common cup whose cut-offs are filled in."""
    site = site_of(db.session(), actor(), site_id)
    form = panel_form()()
    start = next((one for one in TEMPLATES if one.name == request.args.get("start")), None)
    if form.is_new and start is not None:
        form.name.data = start.title
        form.fill(start.strips)
    panel_id = attempt(
        form,
        lambda: add_panel(
            db.session(),
            site_id=site_id,
            name=form.name.data,
            strips=form.entered(),
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if panel_id is not None:
        flash(gettext("The panel is added. Now enter the lot that is in use."))
        return redirect(url_for("panels.new_lot", panel_id=panel_id), 303)
    fields = [form[f"cutoff_{analyte.name}"] for analyte in STRIPS]
    return render_template("visits/new_panel.html", form=form, site=site, cutoffs=fields), status_of(form)


@blueprint.route("/panels/<id:panel_id>/lots/new", methods=["GET", "POST"])
@allow("panel:manage")
def new_lot(panel_id: int) -> str | Response | tuple[str, int]:
    """Enter a lot of a panel's kit."""
    place = panel_place(db.session(), actor(), panel_id)
    form = LotForm()
    if form.is_new:
        form.used_from.data = clock.day_at(clock.now(), place.time_zone)
    lot_id = attempt(
        form,
        lambda: add_lot(
            db.session(),
            panel_id=panel_id,
            number=form.number.data,
            expires_on=form.expires_on.data,
            used_from=form.used_from.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if lot_id is not None:
        flash(gettext("The lot is saved."))
        return redirect(url_for("panels.index", site_id=place.site_id), 303)
    return render_template("visits/new_lot.html", form=form, place=place), status_of(form)


@blueprint.post("/panels/<id:panel_id>/<any(retire, reopen):way>")
@allow("panel:manage")
def retire(panel_id: int, way: str) -> Response:
    """Retire a panel, so that no form shows it, or bring it back."""
    is_retired = way == "retire"
    site_id = retire_panel(db.session(), panel_id=panel_id, is_retired=is_retired, actor=actor(), now=clock.now())
    flash(
        gettext("The panel is retired. Visits that used it still name it.")
        if is_retired
        else gettext("The panel is in use again.")
    )
    return redirect(url_for("panels.index", site_id=site_id), 303)
