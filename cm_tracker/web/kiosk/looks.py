"""The tools in the head of the kiosk: hide the amounts, larger letters, other colors, another language.

Each is a form of one button, and leads to the page on which it stands, so it works without script. Before somebody
signed in, the size and the colors last for two minutes, in a cookie. Afterwards they are kept with the client; a language
lasts for the open card, unless the client keeps it.
"""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.forms.kiosk.looks import LanguageForm, LookForm
from cm_tracker.i18n import set_language
from cm_tracker.operations.kiosk.choose_for_now import choose_for_now
from cm_tracker.operations.kiosk.choose_look import choose_look
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.kiosk.keep_language import keep_language
from cm_tracker.web.access import KIOSK, allow
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, LOOK_COOKIE, card_duration, with_cookie
from cm_tracker.web.kiosk.visitors import look_at_door, visitor

blueprint = Blueprint("kiosk_looks", __name__, url_prefix="/kiosk")
SECONDS_AT_DOOR = 120


@blueprint.get("/text")
@allow(KIOSK)
def choose() -> str:
    """Show the sizes of letters, the colors and the languages to choose from."""
    found = visitor()
    if found is None:
        set_language(request.args.get("lang", "en"))
    return render_template(
        "kiosk/text.html",
        is_open=found is not None,
        seconds_left=found.seconds_left if found else None,
        languages=LANGUAGES,
    )


@blueprint.post("/look")
@allow(KIOSK)
def look() -> Response:
    """Hide or show amounts, or change the letters or the colors. What is no choice changes nothing."""
    form, token = LookForm(), request.cookies.get(CARD_COOKIE, "")
    found = visitor()
    if not form.validate():
        return _back(found is not None)
    text_size, colors = form.text_size.data or None, form.colors.data or None
    if found is None:
        at_door = look_at_door()
        chosen = f"{text_size or at_door.text_size}.{colors or at_door.colors}"
        return with_cookie(_back(False), LOOK_COOKIE, chosen, SECONDS_AT_DOOR)
    hides = {"yes": True, "no": False}.get(form.hides.data or "")
    choose_look(db.session(), token=token, now=clock.now(), hides_amounts=hides, text_size=text_size, colors=colors)
    extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
    return _back(True)


@blueprint.post("/language")
@allow(KIOSK)
def language() -> Response:
    """Use another language until the card is closed, or keep the one that was chosen."""
    form, token = LanguageForm(), request.cookies.get(CARD_COOKIE, "")
    found = visitor()
    if found is None:
        return redirect(url_for("kiosk.start"), 303)
    if form.validate():
        if form.keep.data:
            keep_language(db.session(), token=token, now=clock.now())
        elif form.language.data:
            choose_for_now(db.session(), token=token, now=clock.now(), language=form.language.data)
        extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
    return _back(True)


def _back(is_open: bool) -> Response:
    """Lead to the page of the kiosk on which the button stood: the form names its path."""
    path = request.form.get("to", "")
    try:
        endpoint, _ = current_app.url_map.bind("kiosk").match(path, method="GET")
    except HTTPException:
        endpoint = ""
    view = current_app.view_functions.get(endpoint)
    if getattr(view, "access", None) != KIOSK:
        path = url_for("kiosk_cards.show" if is_open else "kiosk.start")
    return redirect(path, 303)
