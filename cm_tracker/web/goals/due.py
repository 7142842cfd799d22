"""What is due at a site: goals, reviews, and slips that wait."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.queries.goals.due import MOST, due_at
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow

blueprint = Blueprint("due", __name__)


@blueprint.get("/due")
@allow("goal:view")
def first() -> str | Response:
    """Go to what is due at the first of the person's sites."""
    sites = sites_of(db.session(), actor())
    if not sites:
        return render_template("day/no_site.html")
    return redirect(url_for("due.index", site_id=sites[0].id))


@blueprint.get("/sites/<id:site_id>/due")
@allow("goal:view")
def index(site_id: int) -> str:
    """Show the goals and reviews that are due at a site, overdue ones first, and the slips that wait."""
    due = due_at(db.session(), actor(), site_id, clock.now())
    return render_template("goals/due.html", due=due, sites=sites_of(db.session(), actor()), most=MOST)
