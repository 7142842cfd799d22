"""The door of the kiosk: a client opens their card with their code, or their ID card, and their PIN.

Whoever comes to the door leaves the card that was open.
"""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.clients.id_cards import is_card_number
from cm_tracker.domain.errors import Refused, TooManyTries
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.forms.kiosk.sign_in import KioskForm
from cm_tracker.i18n import gettext, ngettext, set_language
from cm_tracker.operations.kiosk.choose_for_now import choose_for_now
from cm_tracker.operations.kiosk.close_kiosk import close_kiosk
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.queries.kiosk.place import letters_at, place_at
from cm_tracker.web.access import KIOSK, PUBLIC, allow, device, hasher, limit
from cm_tracker.web.kiosk.cookies import (
    CARD_COOKIE,
    DEVICE_COOKIE,
    DEVICE_LASTS,
    LOOK_COOKIE,
    card_duration,
    with_cookie,
)
from cm_tracker.web.kiosk.told import FORGET_AFTER, forget_told, tell, told
from cm_tracker.web.kiosk.visitors import look_at_door

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")


@blueprint.get("")
@allow(KIOSK)
def start() -> Response:
    """Greet in every language, the tablet's own first. Close the card that was open, and forget what was chosen."""
    place = place_at(db.session(), device().site_id)
    first = device().language
    languages = sorted(LANGUAGES, key=lambda language: language != first)
    page = make_response(render_template("kiosk/start.html", place=place, languages=languages))
    page.delete_cookie(LOOK_COOKIE, path="/kiosk")
    # The cookie of a tablet that is in use never runs out.
    return _without_card(with_cookie(page, DEVICE_COOKIE, request.cookies[DEVICE_COOKIE], DEVICE_LASTS))


@blueprint.get("/ready")
@allow(KIOSK)
def ready() -> Response:
    """Answer, so that the kiosk knows that the server is there. It closes no card."""
    return Response(status=204)


@blueprint.get("/away")
@allow(PUBLIC)
def away() -> str:
    """Show the page that the browser keeps for a server that cannot be reached."""
    return render_template("kiosk/away.html", languages=LANGUAGES)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow(KIOSK)
def sign_in() -> Response:
    """Ask for code and PIN, and open the client's card for the right ones. The number of an ID card is a code."""
    set_language(request.args.get("lang", device().language))
    form = KioskForm()
    if not form.is_submitted():
        return _ask()
    code = (form.code.data or "").strip()
    if not form.validate():
        problem = None if code and not form.pin.data else gettext("Type your code and your PIN.")
        return _again(code, problem)
    try:
        token = open_kiosk(
            db.session(),
            code=code,
            pin=form.pin.data,
            device_id=device().id,
            hasher=hasher(),
            limit=limit(),
            lasts=card_duration(),
            now=clock.now(),
        )
    except TooManyTries as error:
        problem = ngettext(
            "Too many tries. Wait %(n)s minute, or ask a member of staff.",
            "Too many tries. Wait %(n)s minutes, or ask a member of staff.",
            error.minutes,
        )
        return _again(code, problem)
    except Refused:
        return _again(code, gettext("That code and PIN do not match. Try again, or ask a member of staff."))
    return forget_told(_opened(token))


def _opened(token: str) -> Response:
    """Lead to the card. The letters and colors that were chosen at the door go with it, and are forgotten at the door."""
    response = with_cookie(redirect(url_for("kiosk_cards.show"), 303), CARD_COOKIE, token, None)
    if LOOK_COOKIE in request.cookies:
        look = look_at_door()
        choose_for_now(db.session(), token=token, now=clock.now(), text_size=look.text_size, colors=look.colors)
        response.delete_cookie(LOOK_COOKIE, path="/kiosk")
    return response


def _ask() -> Response:
    """Return the page that asks. A code that was typed before stays, and its PIN is asked."""
    words = told()
    page = render_template(
        "kiosk/sign_in.html",
        form=KioskForm(formdata=None, data={"code": words.get("code", "")}),
        is_card=is_card_number(words.get("code", "")),
        problem=words.get("problem"),
        says=words.get("says"),
        place=place_at(db.session(), device().site_id),
        letters=letters_at(db.session(), device().site_id),
        languages=LANGUAGES,
        forget_after=FORGET_AFTER,
    )
    return _without_card(forget_told(make_response(page)))


def _again(code: str, problem: str | None) -> Response:
    words = {"code": code[:40]} if problem is None else {"code": code[:40], "problem": problem}
    return tell(url_for("kiosk.sign_in", lang=request.args.get("lang")), **words)


def _without_card(response: Response) -> Response:
    """Close the card that this browser has open. Nobody who comes back to it sees it again."""
    if token := request.cookies.get(CARD_COOKIE):
        close_kiosk(db.session(), token=token)
        response.delete_cookie(CARD_COOKIE, path="/kiosk")
    return response
