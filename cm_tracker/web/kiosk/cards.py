"""The open card at the kiosk: it is shown, kept open and closed.

The kiosk has its own cookie and its own session token, and never reads the session of staff. The card shows no
name, no substance and no result.
"""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.prizes.offers import KioskConfirmForm
from cm_tracker.i18n import set_currency
from cm_tracker.operations.kiosk.close_kiosk import close_kiosk
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.queries.kiosk.card import kiosk_card
from cm_tracker.web.access import KIOSK, allow
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, LOOK_COOKIE, card_duration
from cm_tracker.web.kiosk.told import forget_told, told
from cm_tracker.web.kiosk.visitors import sees, visitor

blueprint = Blueprint("kiosk_cards", __name__, url_prefix="/kiosk")


@blueprint.get("/card")
@allow(KIOSK)
def show() -> Response:
    """Show the card, or lead to the door if no card is open."""
    opened = kiosk_card(db.session(), request.cookies.get(CARD_COOKIE, ""), clock.now())
    if opened is None:
        return redirect(url_for("kiosk.start"))
    sees(opened.look)
    set_currency(opened.currency)
    page = render_template(
        "kiosk/card.html",
        card=opened,
        seconds_left=opened.seconds_left,
        problem=told().get("problem"),
        confirm=KioskConfirmForm(formdata=None),
    )
    return forget_told(make_response(page))


@blueprint.post("/more")
@allow(KIOSK)
def more() -> Response:
    """Keep the card open for longer, for clients who read slowly.

    A page that asks by script stays where it is, and reads from `X-Seconds` how long it stays open. The header is missing
    where the card is closed.
    """
    token = request.cookies.get(CARD_COOKIE, "")
    extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
    if "X-Stay" in request.headers:
        found = visitor()
        return Response(status=204, headers={"X-Seconds": str(found.seconds_left)} if found else {})
    return redirect(url_for("kiosk_cards.show"), 303)


@blueprint.post("/close")
@allow(KIOSK)
def close() -> Response:
    """Close the card at once when the client presses "I am done"."""
    if token := request.cookies.get(CARD_COOKIE):
        close_kiosk(db.session(), token=token)
    response = redirect(url_for("kiosk.start"), 303)
    response.delete_cookie(CARD_COOKIE, path="/kiosk")
    response.delete_cookie(LOOK_COOKIE, path="/kiosk")
    return response
