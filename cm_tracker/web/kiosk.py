"""The kiosk: code and PIN, one card, and away.

It has a cookie of its own with a token of its own; nothing here reads the staff's session, and the
card shows no name, no substance and no result.
"""

import secrets
from datetime import timedelta

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, sentences
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused, TooManyTries
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.forms.kiosk import KioskForm
from cm_tracker.forms.prizes.offers import KioskConfirmForm
from cm_tracker.i18n import gettext, ngettext, speak
from cm_tracker.operations.kiosk.close_kiosk import close_kiosk
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.queries.kiosk import kiosk_card
from cm_tracker.web.access import KIOSK, allow, hasher, limit

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")

CARD = "cm_kiosk"
DEVICE = "cm_device"


@blueprint.route("", methods=["GET", "POST"])
@allow(KIOSK)
def start() -> Response:
    """Code and PIN."""
    speak(request.args.get("lang", "en"))
    form = KioskForm()
    device = request.cookies.get(DEVICE) or secrets.token_urlsafe(16)
    said, status = None, 200
    if form.is_submitted():
        status, said = 422, gettext("Type your code and your PIN.")
        if form.validate():
            try:
                token = open_kiosk(
                    db.session(),
                    code=form.code.data,
                    pin=form.pin.data,
                    device=device,
                    hasher=hasher(),
                    limit=limit(),
                    lasts=lasts(),
                    now=clock.now(),
                )
            except TooManyTries as error:
                status = 429
                said = ngettext(
                    "Too many tries. Wait %(n)s minute, or ask a member of staff.",
                    "Too many tries. Wait %(n)s minutes, or ask a member of staff.",
                    error.minutes,
                )
            except Refused:
                said = gettext("That code and PIN do not match. Try again, or ask a member of staff.")
            else:
                return _remember(redirect(url_for("kiosk.card", lang=request.args.get("lang")), 303), CARD, token, None)
    page = make_response(render_template("kiosk/start.html", form=form, said=said, languages=LANGUAGES), status)
    return _remember(page, DEVICE, device, 365 * 24 * 3600)


@blueprint.get("/card")
@allow(KIOSK)
def card() -> Response:
    """The card, until its time is over."""
    return show_card()


def show_card(said: str | None = None) -> Response:
    """Render the card, with the reason of a refusal if there was one; or the sign-in page once the card's time is over."""
    found = kiosk_card(db.session(), request.cookies.get(CARD, ""), clock.now())
    if found is None:
        return redirect(url_for("kiosk.start"))
    # The language that the client chose at sign-in wins over the one that staff recorded.
    speak(request.args.get("lang") or found.language)
    page = render_template(
        "kiosk/card.html",
        card=found,
        seconds_left=found.seconds_left,
        said=said,
        confirm=KioskConfirmForm(formdata=None),
        sentences=sentences,
    )
    return make_response(page, 422 if said else 200)


@blueprint.post("/more")
@allow(KIOSK)
def more() -> Response:
    """More time with the card, for whoever reads slowly."""
    extend_kiosk(db.session(), token=request.cookies.get(CARD, ""), lasts=lasts(), now=clock.now())
    return redirect(url_for("kiosk.card", lang=request.args.get("lang")), 303)


@blueprint.post("/close")
@allow(KIOSK)
def close() -> Response:
    """I am done: the card is closed at once."""
    if token := request.cookies.get(CARD):
        close_kiosk(db.session(), token=token)
    away = redirect(url_for("kiosk.start"), 303)
    away.delete_cookie(CARD, path="/kiosk")
    return away


def lasts() -> timedelta:
    """How long an open card lasts."""
    return timedelta(seconds=current_app.config["KIOSK_SECONDS"])


def _remember(answer: Response, name: str, value: str, seconds: int | None) -> Response:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/kiosk",
        httponly=True,
        samesite="Strict",
        secure=current_app.config["HTTPS_ONLY"],
    )
    return answer
