"""Purchases: the list, a new request, and one with its decision."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.prizes.purchases import AUTHORIZED, DECLINED, WITHDRAWN, check_decision, check_end
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.catalog import PurchaseDecisionForm, PurchaseEndForm, PurchaseForm
from cm_tracker.i18n import gettext
from cm_tracker.labels.funding import choice, over_budget
from cm_tracker.labels.prizes import decision_saved
from cm_tracker.operations.prizes.decide_purchase import decide_purchase
from cm_tracker.operations.prizes.end_purchase import end_purchase
from cm_tracker.operations.prizes.request_purchase import request_purchase
from cm_tracker.queries.funding.purchased import budget_uses
from cm_tracker.queries.funding.sources import open_sources, source_of
from cm_tracker.queries.prizes.catalog import catalog
from cm_tracker.queries.prizes.purchases import PurchaseLine, purchase_line, purchases
from cm_tracker.queries.staff.sites import earliest_today, sites_of, zone_of_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, cursor_from, status_of

blueprint = Blueprint("purchases", __name__, url_prefix="/purchases")


@blueprint.get("")
@allow("stock:view")
def index() -> str:
    """List the purchases, the newest first."""
    page = purchases(db.session(), actor(), cursor_from(request.args))
    return render_template("prizes/purchases.html", page=page, zone=zone_of_list(db.session(), actor()))


@blueprint.route("/new", methods=["GET", "POST"])
@allow("stock:deliver")
def new() -> str | Response | tuple[str, int]:
    """Ask for a purchase."""
    form = PurchaseForm()
    sites = sites_of(db.session(), actor())
    form.site_id.choices = choices((site.id, site.name) for site in sites)
    prizes = catalog(db.session(), actor(), only_active=True)
    form.prize_id.choices = choices([("", gettext("Choose a prize")), *((prize.id, prize.name) for prize in prizes)])
    sources = open_sources(db.session(), earliest_today(db.session(), clock.now()))
    if sources:
        today = earliest_today(db.session(), clock.now())
        uses = budget_uses(db.session(), sources, today)
        named = [(line.id, choice(line.name, uses[line.id])) for line in sources]
        form.source_id.choices = choices([(0, gettext("No source named")), *named])
    else:
        del form.source_id
    if form.is_new and len(sites) == 1:
        form.site_id.data = sites[0].id
    purchase_id = attempt(
        form,
        lambda: request_purchase(
            db.session(),
            site_id=form.site_id.data,
            prize_id=form.prize_id.data,
            source_id=(form.source_id.data or None) if sources else None,
            quantity=form.quantity.data,
            unit_cents=form.unit_cost.data,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if purchase_id is not None:
        flash(gettext("Asked for. Nothing is bought before somebody else has authorized it."))
        return redirect(url_for("purchases.show", purchase_id=purchase_id), 303)
    return render_template("prizes/new_purchase.html", form=form), status_of(form)


@blueprint.route("/<id:purchase_id>", methods=["GET", "POST"])
@allow("stock:view")
def show(purchase_id: int) -> str | Response | tuple[str, int]:
    """Show a purchase, and let somebody else authorize or decline it, or whoever asked withdraw it."""
    line = purchase_line(db.session(), actor(), purchase_id)
    form = PurchaseDecisionForm()
    is_own = line.requested_by_id == actor().staff_id
    decisions = (
        [(WITHDRAWN, gettext("Withdraw it"))]
        if is_own
        else [(AUTHORIZED, gettext("Authorize it")), (DECLINED, gettext("Decline it"))]
    )
    may_decide = actor().may("stock:deliver" if is_own else "purchase:decide")
    form.decision.choices = choices(decisions if may_decide else [])
    decided = attempt(
        form,
        lambda: decide_purchase(
            db.session(),
            purchase_id=purchase_id,
            decision=form.decision.data,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        lambda: check_decision(form.decision.data or "", form.reason.data or "", is_own=is_own),
    )
    if decided is not None:
        flash(decision_saved(form.decision.data))
        return redirect(url_for("purchases.show", purchase_id=purchase_id), 303)
    page = render_template(
        "prizes/purchase.html",
        form=form,
        line=line,
        may_decide=may_decide,
        warning=_warning(line) if may_decide else "",
    )
    return page, status_of(form)


@blueprint.route("/<id:purchase_id>/end", methods=["GET", "POST"])
@allow("stock:deliver")
def end(purchase_id: int) -> str | Response | tuple[str, int]:
    """Record that an authorized purchase will not arrive."""
    line = purchase_line(db.session(), actor(), purchase_id)
    form = PurchaseEndForm()
    if form.is_new and not line.is_on_its_way:
        return redirect(url_for("purchases.show", purchase_id=purchase_id), 303)
    ended = attempt(
        form,
        lambda: end_purchase(
            db.session(),
            purchase_id=purchase_id,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        lambda: check_end(form.reason.data or ""),
    )
    if ended is not None:
        flash(gettext("The purchase has ended. It no longer counts as on its way, and its money is free again."))
        return redirect(url_for("purchases.show", purchase_id=purchase_id), 303)
    return render_template("prizes/end_purchase.html", form=form, line=line), status_of(form)


def _warning(line: PurchaseLine) -> str:
    """Return that a purchase which nobody has decided about passes the budget of its source, or nothing."""
    if line.decision is not None or line.source_id is None or line.source_name is None:
        return ""
    day = clock.day_at(clock.now(), line.time_zone)
    uses = budget_uses(db.session(), [source_of(db.session(), line.source_id)], day)
    return over_budget(line.source_name, uses[line.source_id], line.cents)
