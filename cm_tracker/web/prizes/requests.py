"""Staff look at what a client asked for at the kiosk: they offer it, or decline with a kind word."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.prizes.requests import DeclineForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.prizes.decline_request import decline_request
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.prizes.requests import request_card
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("requests", __name__)


@blueprint.route("/requests/<id:request_id>", methods=["GET", "POST"])
@allow("prize:redeem")
def show(request_id: int) -> str | Response | tuple[str, int]:
    """Show a request with the way to the offer, and decline it."""
    card = request_card(db.session(), actor(), request_id)
    form = DeclineForm()

    def save() -> bool:
        decline_request(db.session(), request_id=request_id, reason=form.reason.data, actor=actor(), now=clock.now())
        return True

    if attempt(form, save):
        flash(gettext("The client reads this at the kiosk when they look at the rewards."))
        return redirect(url_for("start.show"), 303)
    page = render_template(
        "prizes/request.html",
        card=card,
        form=form,
        is_open=card.is_open(clock.now()),
        balance=balances_of(db.session(), card.client_id)["points"],
    )
    return page, status_of(form)
