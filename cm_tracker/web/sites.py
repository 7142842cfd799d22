"""Sites."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.staff import SiteForm
from cm_tracker.operations.add_site import add_site
from cm_tracker.queries.sites import sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.asking import attempt, status_of

room = Blueprint("sites", __name__, url_prefix="/sites")


@room.get("")
@allow("site:manage")
def list() -> str:
    """The sites."""
    return render_template("sites/list.html", sites=sites_of(db.session(), actor()))


@room.route("/new", methods=["GET", "POST"])
@allow("site:manage")
def new() -> str | Response | tuple[str, int]:
    """Add a site."""
    form = SiteForm()
    site_id = attempt(
        form,
        lambda: add_site(
            db.session(), name=form.name.data, time_zone=form.time_zone.data, actor=actor(), now=clock.now()
        ),
    )
    if site_id is not None:
        flash("The site is there. Give its staff their accounts.")
        return redirect(url_for("sites.list"), 303)
    return render_template("sites/new.html", form=form), status_of(form)
