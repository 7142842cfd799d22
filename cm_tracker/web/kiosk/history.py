"""A client's history at the kiosk. Every line is closed at first, and all of them look alike."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.i18n import set_currency
from cm_tracker.queries.kiosk.history import kiosk_history
from cm_tracker.web.access import KIOSK, allow
from cm_tracker.web.kiosk.cookies import CARD_COOKIE
from cm_tracker.web.kiosk.visitors import sees

blueprint = Blueprint("kiosk_history", __name__, url_prefix="/kiosk")


@blueprint.get("/history")
@allow(KIOSK)
def show() -> Response | str:
    """Show a page of the history."""
    page = request.args.get("page", 1, type=int)
    found = kiosk_history(db.session(), request.cookies.get(CARD_COOKIE, ""), page, clock.now())
    if found is None:
        return redirect(url_for("kiosk.start"))
    sees(found.look)
    set_currency(found.currency)
    return render_template("kiosk/history.html", history=found, seconds_left=found.seconds_left)
