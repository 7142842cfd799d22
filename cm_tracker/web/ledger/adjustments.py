"""Adjustments: one lead requests one, another lead decides."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.ledger.adjustments import APPROVED, DECLINED, WITHDRAWN
from cm_tracker.forms.base import choices
from cm_tracker.forms.ledger.adjustments import AdjustmentForm, DecisionForm
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.queries.clients.clients import balances_of, ceilings_of, client_name
from cm_tracker.queries.ledger.adjustments import adjustment, adjustments
from cm_tracker.queries.staff.staff import other_leads
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, cursor_from, status_of

blueprint = Blueprint("adjustments", __name__)


@blueprint.get("/adjustments")
@allow("adjustment:view")
def index() -> str:
    """List all adjustments, newest first."""
    return render_template(
        "ledger/adjustments.html", page=adjustments(db.session(), actor(), cursor_from(request.args))
    )


@blueprint.route("/clients/<id:client_id>/adjust", methods=["GET", "POST"])
@allow("adjustment:request")
def new(client_id: int) -> str | Response | tuple[str, int]:
    """Request an adjustment for a client."""
    client = client_name(db.session(), actor(), client_id)
    form = AdjustmentForm()
    request_id = attempt(
        form,
        lambda: request_adjustment(
            db.session(),
            client_id=client_id,
            unit=form.unit.data,
            amount=form.signed_amount(),
            reason=form.reason.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if request_id is not None:
        flash("Requested. Nothing changes until another lead has approved it.")
        return redirect(url_for("adjustments.show", request_id=request_id), 303)
    page = render_template(
        "ledger/new_adjustment.html",
        form=form,
        client=client,
        balances=balances_of(db.session(), client_id),
        ceilings=ceilings_of(db.session(), actor(), client_id, clock.now()),
        others=other_leads(db.session(), actor(), client.site_id),
    )
    return page, status_of(form)


@blueprint.route("/adjustments/<id:request_id>", methods=["GET", "POST"])
@allow("adjustment:view")
def show(request_id: int) -> str | Response | tuple[str, int]:
    """Show an adjustment, and let the reader approve, decline or withdraw it."""
    line = adjustment(db.session(), actor(), request_id)
    form = DecisionForm()
    is_own = line.requested_by_id == actor().staff_id
    decisions = [(WITHDRAWN, "Withdraw it")] if is_own else [(APPROVED, "Approve it"), (DECLINED, "Decline it")]
    form.decision.choices = choices(decisions if actor().may("adjustment:decide") else [])
    decided = attempt(
        form,
        lambda: decide_adjustment(
            db.session(),
            request_id=request_id,
            decision=form.decision.data,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if decided is not None:
        flash(f"The adjustment is {form.decision.data}.")
        return redirect(url_for("adjustments.show", request_id=request_id), 303)
    # Ceilings do not limit an adjustment, so the person who decides should see how much of each is used.
    ceilings = () if line.decision else ceilings_of(db.session(), actor(), line.client_id, clock.now())
    page = render_template("ledger/adjustment.html", form=form, line=line, is_own=is_own, ceilings=ceilings)
    return page, status_of(form)
