"""The audit trail."""

from flask import Blueprint, render_template, request

from cm_tracker.db import db
from cm_tracker.forms.base import choices
from cm_tracker.forms.ledger.ledger import AuditFilterForm
from cm_tracker.queries.audit import AuditFilter, audit_tags, audit_trail
from cm_tracker.queries.staff.staff import staff_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import cursor_from
from cm_tracker.web.ledger.transactions import asked_of

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
@allow("audit:view")
def index() -> str:
    """Who did what, when and why, newest first."""
    form = AuditFilterForm(request.args)
    staff = staff_list(db.session(), actor())
    form.tag.choices = choices([("", "Everything"), *((tag, tag) for tag in audit_tags(db.session()))])
    form.staff_id.choices = choices([("", "Everybody"), *((str(line.id), line.display_name) for line in staff)])
    form.validate()
    asked = AuditFilter(
        tag=form.tag.data if not form.tag.errors else "",
        staff_id=int(form.staff_id.data) if form.staff_id.data and not form.staff_id.errors else None,
        client_code=form.client_code.data or "",
        before=cursor_from(request.args),
    )
    return render_template(
        "audit/list.html",
        form=form,
        page=audit_trail(db.session(), actor(), asked),
        asked=asked_of(form),
    )
