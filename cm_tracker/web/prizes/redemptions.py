"""Receipts: show them, hand over what was set aside, and undo a wrong redemption."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import AlreadyReturned, NotFound, NothingToHandOver
from cm_tracker.forms.prizes.offers import HandOverForm
from cm_tracker.forms.visits.corrections import RedemptionUndoForm
from cm_tracker.i18n import gettext, moment, ngettext, set_language
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.prizes.redemptions import receipt_card, receipts_of, set_aside
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, cursor_from, status_of
from cm_tracker.web.papers import show_paper
from cm_tracker.web.prizes.offers import confirmation_of, pin_problem

blueprint = Blueprint("redemptions", __name__)

# For this long, the receipt reminds staff to hand over the prize.
HANDOVER_REMINDER = timedelta(minutes=15)


@blueprint.get("/clients/<id:client_id>/receipts")
@allow("prize:redeem")
def index(client_id: int) -> str:
    """List every receipt of a client."""
    client = client_name(db.session(), actor(), client_id)
    page = receipts_of(db.session(), actor(), client.id, before=cursor_from(request.args))
    return render_template("prizes/redemptions.html", client=client, page=page)


@blueprint.get("/prizes/set-aside")
@allow("prize:view")
def waiting() -> str:
    """List the prizes that are set aside for clients."""
    return render_template("prizes/set_aside.html", receipts=set_aside(db.session(), actor()))


@blueprint.get("/redemptions/<id:redemption_id>")
@allow("prize:redeem")
def show(redemption_id: int) -> str:
    """Show a receipt, to read and to print."""
    card = receipt_card(db.session(), actor(), redemption_id)
    return render_template(
        "prizes/redemption.html",
        receipt=card.receipt,
        balance=card.balance,
        may_undo=card.receipt.may_undo(actor(), clock.now()),
        is_new=clock.now() - card.receipt.recorded_at < HANDOVER_REMINDER,
    )


@blueprint.get("/redemptions/<id:redemption_id>/paper")
@allow("prize:redeem")
def paper(redemption_id: int) -> str | Response:
    """Show a receipt for the client in their language, to print."""
    receipt = receipt_card(db.session(), actor(), redemption_id).receipt
    client = client_name(db.session(), actor(), receipt.client_id)
    return show_paper(
        "prizes/receipt.html",
        "receipt",
        language=client.language,
        code=client.code,
        time_zone=receipt.time_zone,
        receipt=receipt,
    )


@blueprint.route("/redemptions/<id:redemption_id>/hand-over", methods=["GET", "POST"])
@allow("prize:redeem")
def give(redemption_id: int) -> str | Response | tuple[str, int]:
    """Hand over a prize that was set aside."""
    receipt = receipt_card(db.session(), actor(), redemption_id).receipt
    form = HandOverForm()
    is_confirmed = receipt.is_recently_confirmed(clock.now())

    def save() -> int:
        confirmation = confirmation_of(form, receipt.client_id) if form.how.data else None
        return hand_over(
            db.session(),
            redemption_id=redemption_id,
            confirmation=confirmation,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save) is not None:
        flash(gettext("Handed over."))
        return redirect(url_for("redemptions.show", redemption_id=redemption_id), 303)
    if not form.is_submitted() and not receipt.waits:
        raise NothingToHandOver
    client = client_name(db.session(), actor(), receipt.client_id)
    # Staff read the time in their language. It is formatted before that changes to the client's.
    at = moment(receipt.recorded_at, receipt.time_zone)
    set_language(client.language)
    page = render_template(
        "prizes/hand_over.html",
        form=form,
        receipt=receipt,
        client=client,
        at=at,
        is_confirmed=is_confirmed,
        problem=pin_problem(form),
    )
    return page, status_of(form)


@blueprint.route("/redemptions/<id:redemption_id>/undo", methods=["GET", "POST"])
@allow("redemption:undo")
def undo(redemption_id: int) -> str | Response | tuple[str, int]:
    """Undo a wrong redemption."""
    card = receipt_card(db.session(), actor(), redemption_id)
    receipt = card.receipt
    if not receipt.is_within_reach(actor()):
        raise NotFound(what="redemption")
    form = RedemptionUndoForm()
    undone = attempt(
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
    if undone is not None:
        if receipt.tier:
            flash(gettext("Undone. The slip was given back to the client."))
        else:
            flash(
                ngettext(
                    "Undone. %(n)s point was given back to the client.",
                    "Undone. %(n)s points were given back to the client.",
                    receipt.cost,
                )
            )
        return redirect(url_for("redemptions.show", redemption_id=redemption_id), 303)
    if form.is_new:
        if receipt.undone_at is not None:
            raise AlreadyReturned(undone_at=receipt.undone_at, time_zone=receipt.time_zone)
        receipt.check_undo(actor(), clock.now())
    page = render_template(
        "prizes/undo_redemption.html",
        form=form,
        receipt=receipt,
        balance=card.balance,
        may_book_as_lost=receipt.may_book_as_lost(actor(), clock.now()),
    )
    return page, status_of(form)
