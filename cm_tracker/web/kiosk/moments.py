"""The kiosk notes that a moment was shown."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.operations.kiosk.note_moment import note_moment
from cm_tracker.web.access import KIOSK, allow
from cm_tracker.web.kiosk.visitors import visitor

blueprint = Blueprint("kiosk_moments", __name__, url_prefix="/kiosk/moments")


@blueprint.post("")
@allow(KIOSK)
def seen() -> Response:
    """Note that a moment was shown. A page that says so by script stays where it is."""
    found = visitor()
    if found is None:
        return redirect(url_for("kiosk.start"), 303)
    note_moment(
        db.session(),
        client_id=found.client_id,
        moment=request.form.get("moment", ""),
        actor=found.actor,
        now=clock.now(),
    )
    if "X-Stay" in request.headers:
        return Response(status=204)
    return redirect(url_for("kiosk_cards.show"), 303)
