"""The counselor of a client: who it is from which day on, and who it was."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.base import choices
from cm_tracker.forms.clients.clients import CounselorForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.clients.set_counselor import set_counselor
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.clients.counselors import client_counselors
from cm_tracker.queries.staff.staff import counselors_at
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("counselors", __name__, url_prefix="/clients/<id:client_id>")


@blueprint.route("/counselor", methods=["GET", "POST"])
@allow("counselor:assign")
def change(client_id: int) -> str | Response | tuple[str, int]:
    """Set the client's counselor from a day on."""
    client = client_name(db.session(), actor(), client_id)
    today = clock.day_at(clock.now(), client.time_zone)
    form = CounselorForm()
    names = counselors_at(db.session(), client.site_id)
    form.counselor_id.choices = choices([("", gettext("Choose somebody")), (0, gettext("Nobody")), *names.items()])
    if form.is_new:
        form.from_on.data = today

    def save() -> int:
        return set_counselor(
            db.session(),
            client_id=client.id,
            counselor_id=form.counselor_id.data or None,
            from_on=form.from_on.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save) is not None:
        flash(gettext("The counselor is saved."))
        return redirect(url_for("clients.show", client_id=client.id), 303)
    page = render_template(
        "clients/counselor.html",
        form=form,
        client=client,
        counselors=client_counselors(db.session(), client.id, client.site_id, today),
    )
    return page, status_of(form)
