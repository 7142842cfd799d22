"""The kiosk: clients sign in with code and PIN, see their card, and sign out.

The kiosk has its own cookie and its own session token, and never reads the session of staff. The card shows no
name, no substance and no result.
"""

import secrets
from datetime import timedelta

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused, TooManyTries
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.forms.kiosk import KioskForm
from cm_tracker.forms.prizes.offers import KioskConfirmForm
from cm_tracker.i18n import gettext, ngettext, set_currency, set_language
from cm_tracker.operations.kiosk.close_kiosk import close_kiosk
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.queries.kiosk import kiosk_card
from cm_tracker.web.access import KIOSK, allow, hasher, limit

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")

CARD_COOKIE = "cm_kiosk"
DEVICE_COOKIE = "cm_device"


@blueprint.route("", methods=["GET", "POST"])
@allow(KIOSK)
def start() -> Response:
    """Show the sign-in form, and open the client's card for the right code and PIN."""
    set_language(request.args.get("lang", "en"))
    form = KioskForm()
    device = request.cookies.get(DEVICE_COOKIE) or secrets.token_urlsafe(16)
    problem, status = None, 200
    if form.is_submitted():
        status, problem = 422, gettext("Type your code and your PIN.")
        if form.validate():
            try:
                token = open_kiosk(
                    db.session(),
                    code=form.code.data,
                    pin=form.pin.data,
                    device=device,
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
                return _with_cookie(
                    redirect(url_for("kiosk.card", lang=request.args.get("lang")), 303), CARD_COOKIE, token, None
                )
    page = make_response(render_template("kiosk/start.html", form=form, problem=problem, languages=LANGUAGES), status)
    return _with_cookie(page, DEVICE_COOKIE, device, 365 * 24 * 3600)


@blueprint.get("/card")
@allow(KIOSK)
def card() -> Response:
    """Show the card."""
    return show_card()


def show_card(problem: str | None = None) -> Response:
    """Return the page of the open card with a problem to show, or redirect to the sign-in if no card is open."""
    opened = kiosk_card(db.session(), request.cookies.get(CARD_COOKIE, ""), clock.now())
    if opened is None:
        return redirect(url_for("kiosk.start"))
    # The language that the client chose at sign-in wins over the one that staff recorded.
    set_language(request.args.get("lang") or opened.language)
    set_currency(opened.currency)
    page = render_template(
        "kiosk/card.html",
        card=opened,
        seconds_left=opened.seconds_left,
        problem=problem,
        confirm=KioskConfirmForm(formdata=None),
    )
    return make_response(page, 422 if problem else 200)


@blueprint.post("/more")
@allow(KIOSK)
def more() -> Response:
    """Keep the card open for longer, for clients who read slowly."""
    extend_kiosk(db.session(), token=request.cookies.get(CARD_COOKIE, ""), lasts=card_duration(), now=clock.now())
    return redirect(url_for("kiosk.card", lang=request.args.get("lang")), 303)


@blueprint.post("/close")
@allow(KIOSK)
def close() -> Response:
    """Close the card at once when the client presses "I am done"."""
    if token := request.cookies.get(CARD_COOKIE):
        close_kiosk(db.session(), token=token)
    response = redirect(url_for("kiosk.start"), 303)
    response.delete_cookie(CARD_COOKIE, path="/kiosk")
    return response


def card_duration() -> timedelta:
    """Return how long an open card stays open."""
    return timedelta(seconds=current_app.config["KIOSK_SECONDS"])


def _with_cookie(response: Response, name: str, value: str, seconds: int | None) -> Response:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/kiosk",
        httponly=True,
        samesite="Strict",
        secure=current_app.config["HTTPS_ONLY"],
    )
    return response
