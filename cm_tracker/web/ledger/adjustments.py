"""Adjustments: one lead requests one, another lead decides."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.ledger.adjustments import APPROVED, DECLINED, WITHDRAWN, check_adjustment
from cm_tracker.domain.schedules.ceilings import ReceivedSum
from cm_tracker.forms.base import choices
from cm_tracker.forms.ledger.adjustments import AdjustmentForm, DecisionForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.queries.clients.clients import balances_of, client_name
from cm_tracker.queries.clients.enrollment_cards import received_today
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.ledger.adjustments import adjustment, adjustments
from cm_tracker.queries.schedules.program import point_value
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
@allow("adjustment:request", fresh=True)
def new(client_id: int) -> str | Response | tuple[str, int]:
    """Request an adjustment for a client."""
    client = client_name(db.session(), actor(), client_id)
    form = AdjustmentForm()
    sums = received_today(db.session(), actor(), client.id, clock.now())
    cents = point_value(db.session())
    given: int | None = None

    def run() -> int | None:
        nonlocal given
        asked = form.signed_amount() * cents if form.unit.data == "points" else 0
        shown = _beyond(sums, asked)
        # A form that was sent twice needs nothing shown: the operation returns its first result again.
        is_known = answer_of(db.session(), "request_adjustment", form.key.data) is not None
        if shown and form.shown.data != shown and not is_known:
            given, form.shown.data = asked, shown
            return None
        return request_adjustment(
            db.session(),
            client_id=client.id,
            unit=form.unit.data,
            amount=form.signed_amount(),
            reason=form.reason.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    def check() -> None:
        amount = form.signed_amount() if form.amount.data else 0
        check_adjustment(form.unit.data or "", amount, form.reason.data or "")

    request_id = attempt(form, run, check)
    if request_id is not None:
        flash(gettext("Requested. Nothing changes until another lead has approved it."))
        return redirect(url_for("adjustments.show", request_id=request_id), 303)
    page = render_template(
        "ledger/new_adjustment.html",
        form=form,
        client=client,
        balances=balances_of(db.session(), client.id),
        point_value=cents,
        sums=sums,
        given=given or 0,
        others=other_leads(db.session(), actor(), client.site_id),
    )
    return page, 200 if given is not None else status_of(form)


def _beyond(sums: tuple[ReceivedSum, ...], cents: int) -> str:
    """Return what goes beyond which ceiling, for the form; an empty text where nothing does."""
    return " ".join(f"{of.scope}:{of.received_cents}+{cents}" for of in sums if of.beyond(cents))


@blueprint.route("/adjustments/<id:request_id>", methods=["GET", "POST"])
@allow("adjustment:view", fresh_to_send=True)
def show(request_id: int) -> str | Response | tuple[str, int]:
    """Show an adjustment, and let the reader approve, decline or withdraw it."""
    line = adjustment(db.session(), actor(), request_id)
    form = DecisionForm()
    is_own = line.requested_by_id == actor().staff_id
    decisions = (
        [(WITHDRAWN, gettext("Withdraw it"))]
        if is_own
        else [(APPROVED, gettext("Approve it")), (DECLINED, gettext("Decline it"))]
    )
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
        flash(labels.ledger.decided(form.decision.data))
        return redirect(url_for("adjustments.show", request_id=request_id), 303)
    # Ceilings do not limit an adjustment, so whoever decides should see by how much it goes beyond them.
    page = render_template(
        "ledger/adjustment.html",
        form=form,
        line=line,
        is_own=is_own,
        point_value=point_value(db.session()),
        sums=() if line.decision else received_today(db.session(), actor(), line.client_id, clock.now()),
    )
    return page, status_of(form)
