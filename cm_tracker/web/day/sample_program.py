"""Beginning with the services of a sample week."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.day.sample_program import SAMPLE_WEEKS, new_services, sample_week
from cm_tracker.forms.base import choices
from cm_tracker.forms.day.services import SampleForm
from cm_tracker.i18n import gettext, ngettext
from cm_tracker.operations.day.add_sample_services import add_sample_services
from cm_tracker.queries.day.week import service_names
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("sample_program", __name__)


@blueprint.route("/sites/<id:site_id>/services/sample", methods=["GET", "POST"])
@allow("service:manage")
def choose(site_id: int) -> str | Response | tuple[str, int]:
    """Show the sample weeks, and add the services of one. `start` in the URL names the one that is ticked."""
    site = site_of(db.session(), actor(), site_id)
    form = SampleForm()
    form.sample.choices = choices((week.name, gettext(week.title)) for week in SAMPLE_WEEKS)
    today = clock.day_at(clock.now(), site.time_zone)
    if form.is_new:
        week = sample_week(request.args.get("start")) or SAMPLE_WEEKS[0]
        form.sample.data, form.from_on.data = week.name, today
    in_use = service_names(db.session(), site_id)
    added = attempt(
        form,
        lambda: add_sample_services(
            db.session(),
            site_id=site_id,
            sample=form.sample.data or "",
            from_on=form.from_on.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    chosen = sample_week(form.sample.data)
    if added is not None and chosen is not None:
        left_out = len(chosen.services) - added
        said = [
            ngettext("%(n)s service added.", "%(n)s services added.", added),
            ngettext("%(n)s name in use already: left out.", "%(n)s names in use already: left out.", left_out)
            if left_out
            else "",
            gettext("Change what is different at your clinic, and say who leads."),
        ]
        flash(" ".join(sentence for sentence in said if sentence))
        return redirect(url_for("services.index", site_id=site_id), 303)
    weeks = [(week, {one.name for one in new_services(week, in_use)}) for week in SAMPLE_WEEKS]
    page = render_template("day/sample_program.html", form=form, site=site, weeks=weeks, site_today=today)
    return page, status_of(form)
