"""Asking staff at the kiosk: three questions, each one touch, and the answers of staff."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.kiosk.questions import TOPICS
from cm_tracker.forms.base import Form, id_in
from cm_tracker.i18n import gettext
from cm_tracker.operations.kiosk.acknowledge_answers import acknowledge_answers
from cm_tracker.operations.kiosk.ask_question import ask_question
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.queries.kiosk.said import said_at_kiosk
from cm_tracker.web.access import KIOSK, allow
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, card_duration
from cm_tracker.web.kiosk.told import forget_told, tell, told
from cm_tracker.web.kiosk.visitors import visitor

blueprint = Blueprint("kiosk_questions", __name__, url_prefix="/kiosk")


@blueprint.route("/questions", methods=["GET", "POST"])
@allow(KIOSK)
def show() -> Response:
    """Show the three questions, and put the one that was touched on the staff's first page."""
    token = request.cookies.get(CARD_COOKIE, "")
    found = visitor()
    if found is None:
        return redirect(url_for("kiosk.start"), 303)
    form = Form()
    if form.is_submitted():
        extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
        try:
            ask_question(
                db.session(),
                client_id=found.client_id,
                topic=request.form.get("topic", ""),
                actor=found.actor,
                now=clock.now(),
            )
        except Refused:
            return tell(
                url_for("kiosk_questions.show"), problem=gettext("That did not work. Please touch the question again.")
            )
        return redirect(url_for("kiosk_questions.show"), 303)
    page = render_template(
        "kiosk/questions.html",
        seconds_left=found.seconds_left,
        topics=TOPICS,
        said=said_at_kiosk(db.session(), found, clock.now()),
        form=Form(formdata=None),
        problem=told().get("problem"),
    )
    return forget_told(make_response(page))


@blueprint.post("/answers")
@allow(KIOSK)
def read() -> Response:
    """Note that the client has read the answers that the page showed, and show the card without them."""
    token = request.cookies.get(CARD_COOKIE, "")
    found = visitor()
    if found is None:
        return redirect(url_for("kiosk.start"), 303)
    up_to = id_in(request.form.get("up_to")) or 0
    acknowledge_answers(db.session(), client_id=found.client_id, up_to=up_to, actor=found.actor, now=clock.now())
    extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
    return redirect(url_for("kiosk_cards.show"), 303)
