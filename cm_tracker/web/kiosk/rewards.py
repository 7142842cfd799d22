"""The rewards at the kiosk: the shelf with a bar of all prices, a goal of one's own, and asking for a prize."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import AskedEnough, NotFound, Refused
from cm_tracker.forms.base import Form, id_in
from cm_tracker.i18n import gettext, ngettext
from cm_tracker.operations.kiosk.ask_for_prize import ask_for_prize
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.kiosk.set_wish import set_wish
from cm_tracker.operations.kiosk.take_back_request import take_back_request
from cm_tracker.queries.kiosk.rewards import rewards_of
from cm_tracker.web.access import KIOSK, allow
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, card_duration
from cm_tracker.web.kiosk.told import forget_told, tell, told
from cm_tracker.web.kiosk.visitors import visitor

blueprint = Blueprint("kiosk_rewards", __name__, url_prefix="/kiosk/rewards")

# What a touch on a prize does, by the word that the button sends.
TOUCHES = {"ask": ask_for_prize, "take_back": take_back_request, "save": set_wish}


@blueprint.get("")
@allow(KIOSK)
def show() -> Response:
    """Show a page of the shelf."""
    found = visitor()
    if found is None:
        return redirect(url_for("kiosk.start"))
    page = render_template(
        "kiosk/rewards.html",
        rewards=rewards_of(db.session(), found, clock.now(), id_in(request.args.get("shelf")) or 1),
        seconds_left=found.seconds_left,
        problem=told().get("problem"),
        form=Form(formdata=None),
    )
    return forget_told(make_response(page))


@blueprint.post("/<id:prize_id>")
@allow(KIOSK)
def touch(prize_id: int) -> Response:
    """Ask for a prize, take that back, or save for it; then show the shelf again."""
    found = visitor()
    if found is None:
        return redirect(url_for("kiosk.start"), 303)
    do = TOUCHES.get(request.form.get("do", ""))
    extend_kiosk(db.session(), token=request.cookies.get(CARD_COOKIE, ""), lasts=card_duration(), now=clock.now())
    where = url_for("kiosk_rewards.show", shelf=request.args.get("shelf"), _anchor=f"prize-{prize_id}")
    if do is None:
        return tell(where, problem=gettext("That did not work. Please touch the prize again."))
    try:
        do(db.session(), client_id=found.client_id, prize_id=prize_id, actor=found.actor, now=clock.now())
    except NotFound:
        raise
    except AskedEnough as error:
        problem = ngettext(
            "You asked for %(n)s prize today. To ask for another one, touch it again first.",
            "You asked for %(n)s prizes today. To ask for another one, touch one of them again first.",
            error.most,
        )
    except Refused:
        problem = gettext("This prize is not here today. Nothing was taken. Choose another one, or ask us.")
    else:
        return redirect(where, 303)
    return tell(url_for("kiosk_rewards.show", shelf=request.args.get("shelf")), problem=problem)
