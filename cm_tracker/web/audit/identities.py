"""Opening who a client is: an auditor works by code, gives a reason, and reads the name for an hour."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.audit.identities import check_reason
from cm_tracker.domain.errors import NotFound
from cm_tracker.forms.audit import IdentityForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.audit.open_identity import open_identity
from cm_tracker.queries.audit.identities import open_identity_of, openings
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, cursor_from, status_of

blueprint = Blueprint("identities", __name__, url_prefix="/identities")


@blueprint.get("")
@allow("identity:view")
def index() -> str:
    """Show the identities that were opened: to a lead all of their sites, to an auditor their own."""
    page = openings(db.session(), actor(), clock.now(), before=cursor_from(request.args))
    return render_template("audit/identities.html", lines=page.lines, older=page.older)


@blueprint.route("/open", methods=["GET", "POST"])
@allow("identity:open", fresh=True)
def new() -> str | Response | tuple[str, int]:
    """Open who a client is, with a reason."""
    form = IdentityForm()
    opening_id = attempt(
        form,
        lambda: open_identity(
            db.session(),
            code=form.code.data or "",
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check=lambda: check_reason(form.reason.data or ""),
    )
    if opening_id is not None:
        return redirect(url_for("identities.show", opening_id=opening_id), 303)
    return render_template("audit/open_identity.html", form=form), status_of(form)


@blueprint.get("/<id:opening_id>")
@allow("identity:open")
def show(opening_id: int) -> str | Response:
    """Show who the client is, until the hour is over."""
    try:
        identity = open_identity_of(db.session(), actor(), opening_id, clock.now())
    except NotFound:
        flash(gettext("This name is not open to you, or its hour is over. Say why you need it, and it opens again."))
        return redirect(url_for("identities.new"), 303)
    return render_template("audit/identity.html", client=identity)
