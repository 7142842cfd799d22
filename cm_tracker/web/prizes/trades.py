"""Trading up: five drawn prizes of the smallest tier are traded for one of the next tier."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.offers import TradeForm
from cm_tracker.i18n import day, gettext, moment, set_language
from cm_tracker.operations.prizes import trade_up as operation
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.prizes.trades import trade_up
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.prizes.offers import confirmation_of, pin_problem

blueprint = Blueprint("trades", __name__)


@blueprint.route("/clients/<id:client_id>/draws/trade", methods=["GET", "POST"])
@allow("prize:redeem")
def new(client_id: int) -> str | Response | tuple[str, int]:
    """Show what can be traded and which prizes must come back, and trade once the client has confirmed."""
    client = client_name(db.session(), actor(), client_id)
    trade = trade_up(db.session(), actor(), client.id, clock.day_at(clock.now(), client.time_zone))
    if trade is None:
        return redirect(url_for("draws.of_client", client_id=client.id), 303)
    form = TradeForm()
    form.handed_back.choices = choices((receipt.id, receipt.prize_name) for receipt in trade.handed_out)
    traded = attempt(
        form,
        lambda: operation.trade_up(
            db.session(),
            client_id=client.id,
            handed_back=form.handed_back.data or [],
            confirmation=confirmation_of(form, client.id),
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if traded is not None:
        flash(gettext("Traded. Let the client choose the larger prize now."))
        return redirect(url_for("draws.choose", client_id=client.id, tier=trade.step.large.tier), 303)
    # Staff read the days in their language. They are formatted before it changes to the client's.
    since = day(trade.since)
    rows = [(receipt, moment(receipt.recorded_at, receipt.time_zone)) for receipt in trade.handed_out]
    set_language(client.language)
    problem = pin_problem(form)
    page = render_template(
        "prizes/trade.html",
        form=form,
        client=client,
        trade=trade,
        since=since,
        rows=rows,
        problem=problem,
    )
    return page, status_of(form)
