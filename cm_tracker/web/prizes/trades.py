"""Trading up: five small prizes that were drawn for one of the next tier."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, sentences
from cm_tracker.db import db
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.offers import TradeForm
from cm_tracker.i18n import day, moment, speak
from cm_tracker.operations.prizes import trade_up as operation
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.prizes.trades import trade_up
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.prizes.offers import confirmation_of, said_to_client

blueprint = Blueprint("trades", __name__)


@blueprint.route("/clients/<id:client_id>/draws/trade", methods=["GET", "POST"])
@allow("prize:redeem")
def new(client_id: int) -> str | Response | tuple[str, int]:
    """What can be traded, what has to come back for it, and the client's word."""
    client = client_name(db.session(), actor(), client_id)
    found = trade_up(db.session(), actor(), client_id, clock.day_at(clock.now(), client.time_zone))
    if found is None:
        return redirect(url_for("draws.of_client", client_id=client_id), 303)
    form = TradeForm()
    form.handed_back.choices = choices((receipt.id, receipt.prize_name) for receipt in found.handed_out)
    done = attempt(
        form,
        lambda: operation.trade_up(
            db.session(),
            client_id=client_id,
            handed_back=form.handed_back.data or [],
            confirmation=confirmation_of(form, client_id),
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if done is not None:
        flash("Traded. Let the client choose the larger prize now.")
        return redirect(url_for("draws.choose", client_id=client_id, tier=found.step.large.tier), 303)
    since = day(found.since)  # for staff; the rest is turned to the client
    rows = [(receipt, moment(receipt.recorded_at, receipt.time_zone)) for receipt in found.handed_out]
    speak(client.language)
    said = said_to_client(form)
    page = render_template(
        "prizes/trade.html",
        form=form,
        client=client,
        found=found,
        since=since,
        rows=rows,
        said=said,
        sentences=sentences,
    )
    return page, status_of(form)
