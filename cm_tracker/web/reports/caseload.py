"""A caseload: a counselor's own clients, and for a lead those of each counselor."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.base import id_in
from cm_tracker.queries.reports.caseload import caseload
from cm_tracker.web.access import actor, allow
from cm_tracker.web.reports.desk import address_of

blueprint = Blueprint("caseload", __name__)


@blueprint.get("/caseload")
@allow("caseload:view")
def show() -> str:
    """Show the clients of one counselor. A counselor sees their own first, a lead those who have nobody."""
    shown = caseload(db.session(), actor(), _counselor(), clock.now())
    return render_template("reports/caseload.html", shown=shown, address_of=address_of)


def _counselor() -> int | None:
    """Return whose clients the URL names; 0 is nobody's. Without one, they are the person's own."""
    text = request.args.get("counselor")
    if text is None:
        own: int = current_user.person.staff_id
        return own
    return id_in(text) or None
