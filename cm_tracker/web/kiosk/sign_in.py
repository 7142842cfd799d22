"""The sign-in of the kiosk: a client opens their card with their code, or their ID card, and their PIN."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused, TooManyTries
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.forms.kiosk.sign_in import KioskForm
from cm_tracker.i18n import gettext, ngettext, set_language
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.web.access import KIOSK, allow, device, hasher, limit
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, DEVICE_COOKIE, DEVICE_LASTS, card_duration, with_cookie

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")


@blueprint.route("", methods=["GET", "POST"])
@allow(KIOSK)
def start() -> Response:
    """Show the sign-in form, and open the client's card for the right code and PIN."""
    set_language(request.args.get("lang", device().language))
    form = KioskForm()
    problem, status = None, 200
    if form.is_submitted():
        status, problem = 422, gettext("Type your code and your PIN.")
        if form.validate():
            try:
                token = open_kiosk(
                    db.session(),
                    code=form.code.data,
                    pin=form.pin.data,
                    device_id=device().id,
                    hasher=hasher(),
                    limit=limit(),
                    lasts=card_duration(),
                    now=clock.now(),
                )
            except TooManyTries as error:
                status = 429
                problem = ngettext(
                    "Too many tries. Wait %(n)s minute, or ask a member of staff.",
                    "Too many tries. Wait %(n)s minutes, or ask a member of staff.",
                    error.minutes,
                )
            except Refused:
                problem = gettext("That code and PIN do not match. Try again, or ask a member of staff.")
            else:
                return with_cookie(
                    redirect(url_for("kiosk_cards.show", lang=request.args.get("lang")), 303), CARD_COOKIE, token, None
                )
    page = make_response(render_template("kiosk/start.html", form=form, problem=problem, languages=LANGUAGES), status)
    # The cookie of a tablet that is in use never runs out.
    return with_cookie(page, DEVICE_COOKIE, request.cookies[DEVICE_COOKIE], DEVICE_LASTS)
