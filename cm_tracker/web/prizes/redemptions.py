"""Receipts: of what was handed out, what waits to be handed over, and what was a mistake."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, sentences
from cm_tracker.db import db
from cm_tracker.domain.errors import AlreadyReturned, NothingToHandOver
from cm_tracker.domain.visits.corrections import check_redemption_undo
from cm_tracker.forms.prizes.offers import HandOverForm
from cm_tracker.forms.visits.corrections import RedemptionUndoForm
from cm_tracker.labels.counting import counted
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.prizes.redemptions import receipt_card, receipts_of, set_aside
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, cursor_from, status_of
from cm_tracker.web.prizes.offers import confirmation_of

blueprint = Blueprint("redemptions", __name__)

# How long a receipt asks for the prize to be handed over.
JUST_NOW = timedelta(minutes=15)


@blueprint.get("/clients/<id:client_id>/receipts")
@allow("prize:redeem")
def index(client_id: int) -> str:
    """Every receipt of a client, to be looked at and printed again."""
    client = client_name(db.session(), actor(), client_id)
    page = receipts_of(db.session(), actor(), client_id, before=cursor_from(request.args))
    return render_template("prizes/redemptions.html", client=client, page=page, sentences=sentences)


@blueprint.get("/prizes/set-aside")
@allow("prize:view")
def waiting() -> str:
    """What is set aside and waits for its client."""
    return render_template("prizes/set_aside.html", receipts=set_aside(db.session(), actor()))


@blueprint.get("/redemptions/<id:redemption_id>")
@allow("prize:redeem")
def show(redemption_id: int) -> str:
    """The receipt, to show and to print."""
    found = receipt_card(db.session(), actor(), redemption_id)
    return render_template(
        "prizes/redemption.html",
        receipt=found.receipt,
        balance=found.balance,
        may_undo=found.receipt.may_undo(actor(), clock.now()),
        is_fresh=clock.now() - found.receipt.recorded_at < JUST_NOW,
        sentences=sentences,
    )


@blueprint.route("/redemptions/<id:redemption_id>/hand-over", methods=["GET", "POST"])
@allow("prize:redeem")
def give(redemption_id: int) -> str | Response | tuple[str, int]:
    """Hand over what was set aside."""
    found = receipt_card(db.session(), actor(), redemption_id).receipt
    form = HandOverForm()
    is_confirmed = found.is_confirmed_lately(clock.now())

    def save() -> int:
        word = confirmation_of(form, found.client_id) if form.how.data else None
        return hand_over(
            db.session(),
            redemption_id=redemption_id,
            confirmation=word,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save) is not None:
        flash("Handed over.")
        return redirect(url_for("redemptions.show", redemption_id=redemption_id), 303)
    if not form.is_submitted() and not found.waits:
        raise NothingToHandOver
    client = client_name(db.session(), actor(), found.client_id)
    page = render_template("prizes/hand_over.html", form=form, receipt=found, client=client, is_confirmed=is_confirmed)
    return page, status_of(form)


@blueprint.route("/redemptions/<id:redemption_id>/undo", methods=["GET", "POST"])
@allow("redemption:undo")
def undo(redemption_id: int) -> str | Response | tuple[str, int]:
    """Take a wrong redemption back."""
    card = receipt_card(db.session(), actor(), redemption_id)
    found = card.receipt
    form = RedemptionUndoForm()
    moved = attempt(
        form,
        lambda: undo_redemption(
            db.session(),
            redemption_id=redemption_id,
            is_back=form.is_back.data == "yes",
            reason=form.reason.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if moved is not None:
        what = "The slip was" if found.tier else counted(found.cost, "point was", "points were")
        flash(f"Undone. {what} given back to the client.")
        return redirect(url_for("redemptions.show", redemption_id=redemption_id), 303)
    if not form.is_submitted():
        if found.undone_at is not None:
            raise AlreadyReturned(undone_at=found.undone_at, time_zone=found.time_zone)
        undo_minutes = found.settings.undo_minutes
        check_redemption_undo(found.staff_id, found.recorded_at, actor(), clock.now(), undo_minutes)
    page = render_template(
        "prizes/undo_redemption.html", form=form, receipt=found, balance=card.balance, sentences=sentences
    )
    return page, status_of(form)
