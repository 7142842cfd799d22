"""Merging two records of one person: one lead compares them and requests it, another lead decides."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused, SeveralRefused
from cm_tracker.domain.ledger.adjustments import APPROVED, DECLINED, WITHDRAWN
from cm_tracker.forms.base import choices
from cm_tracker.forms.clients.merges import FindForm, MergeForm
from cm_tracker.forms.ledger.adjustments import DecisionForm
from cm_tracker.i18n import gettext, marked
from cm_tracker.operations.clients.decide_merge import decide_merge
from cm_tracker.operations.clients.request_merge import request_merge
from cm_tracker.queries.clients.alike import clients_alike
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.clients.merging import check_possible, compared_client, merge, merges, posted_by, same_visits
from cm_tracker.queries.clients.search import client_with_code
from cm_tracker.queries.staff.staff import other_leads
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, cursor_from, status_of

blueprint = Blueprint("merges", __name__)

_DECIDED = {
    APPROVED: marked("The merge is approved."),
    DECLINED: marked("The merge is declined."),
    WITHDRAWN: marked("The merge is withdrawn."),
}


@blueprint.get("/merges")
@allow("merge:view")
def index() -> str:
    """List all merges, newest first."""
    return render_template("clients/merges.html", page=merges(db.session(), actor(), cursor_from(request.args)))


@blueprint.route("/clients/<id:client_id>/merge", methods=["GET", "POST"])
@allow("merge:request")
def find(client_id: int) -> str | Response | tuple[str, int]:
    """Name the other record by its code, or choose a client whose name is the same or sounds like it."""
    client = client_name(db.session(), actor(), client_id)
    form = FindForm()
    if form.validate_on_submit():
        other_id = client_with_code(db.session(), actor(), form.code.data, only_here=True)
        if other_id is not None and other_id != client.id:
            return redirect(url_for("merges.new", client_id=client.id, from_id=other_id), 303)
        same = gettext("This is the same client. Enter the code of the other record.")
        form.say(gettext("No client at your sites has this code.") if other_id is None else same, "code")
    alike = clients_alike(db.session(), client.site_id, client.preferred_name, but_client=client.id)
    return render_template("clients/merge.html", form=form, client=client, alike=alike), status_of(form)


@blueprint.route("/clients/<id:client_id>/merge/<id:from_id>", methods=["GET", "POST"])
@allow("merge:request", fresh=True)
def new(client_id: int, from_id: int) -> str | Response | tuple[str, int]:
    """Show both records side by side, and request that `from_id` is merged into `client_id`."""
    into = compared_client(db.session(), actor(), client_id, clock.now())
    from_ = compared_client(db.session(), actor(), from_id, clock.now())
    form = MergeForm()
    request_id = attempt(
        form,
        lambda: request_merge(
            db.session(),
            from_client_id=from_.id,
            into_client_id=into.id,
            reason=form.reason.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if request_id is not None:
        flash(gettext("Requested. Nothing changes until another lead has approved it."))
        return redirect(url_for("merges.show", request_id=request_id), 303)
    page = render_template(
        "clients/new_merge.html",
        form=form,
        from_=from_,
        into=into,
        same=same_visits(db.session(), from_.id, into.id) if from_.id != into.id else (),
        # A form that was refused says it already.
        problems=() if form.errors else _problems(from_.id, into.id),
        others=other_leads(db.session(), actor(), into.site_id),
    )
    return page, status_of(form)


@blueprint.route("/merges/<id:request_id>", methods=["GET", "POST"])
@allow("merge:view", fresh_to_send=True)
def show(request_id: int) -> str | Response | tuple[str, int]:
    """Show a merge, and let the reader approve, decline or withdraw it."""
    line = merge(db.session(), actor(), request_id)
    form = DecisionForm()
    is_own = line.requested_by_id == actor().staff_id
    decisions = (
        [(WITHDRAWN, gettext("Withdraw it"))]
        if is_own
        else [(APPROVED, gettext("Approve it")), (DECLINED, gettext("Decline it"))]
    )
    form.decision.choices = choices(decisions)
    decided = attempt(
        form,
        lambda: decide_merge(
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
        flash(gettext(_DECIDED[form.decision.data]))
        return redirect(url_for("merges.show", request_id=request_id), 303)
    waits = line.decision is None
    page = render_template(
        "clients/merge_request.html",
        form=form,
        line=line,
        is_own=is_own,
        from_=compared_client(db.session(), actor(), line.from_id, clock.now()) if waits else None,
        into=compared_client(db.session(), actor(), line.into_id, clock.now()) if waits else None,
        same=same_visits(db.session(), line.from_id, line.into_id) if waits else (),
        problems=_problems(line.from_id, line.into_id, request_id) if waits and not form.errors else (),
        posted=posted_by(db.session(), line.merge_id) if line.merge_id is not None else (),
    )
    return page, status_of(form)


def _problems(from_id: int, into_id: int, request_id: int | None = None) -> tuple[str, ...]:
    """Return what stands against a merge now, as sentences. `request_id` is the request that is decided about."""
    try:
        check_possible(db.session(), from_id, into_id, clock.now(), but_request=request_id)
    except Refused as error:
        refusals = error.refusals if isinstance(error, SeveralRefused) else (error,)
        return tuple(refusal.message(i18n) for refusal in refusals)
    return ()
