"""The list of clients to call because they did not come."""

from uuid import uuid4

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.day.slots import CallForm
from cm_tracker.operations.day.note_call import note_call
from cm_tracker.queries.day.calls import no_shows
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("calls", __name__)

MOST_MISSING = 100


@blueprint.route("/sites/<id:site_id>/calls", methods=["GET", "POST"])
@allow("day:note")
def show(site_id: int) -> str | Response | tuple[str, int]:
    """List the clients to call, and note what came of a call."""
    form = CallForm()
    noted = attempt(
        form,
        lambda: note_call(
            db.session(),
            enrollment_id=form.enrollment_id.data,
            on_day=form.on_day.data,
            outcome=form.outcome.data,
            excuse=form.excuse.data or None,
            seen=form.seen.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if noted is not None:
        row = f"call-{form.enrollment_id.data}-{form.on_day.data}"
        return redirect(url_for("calls.show", site_id=site_id, _anchor=row), 303)
    shown = no_shows(db.session(), actor(), site_id, clock.now())
    keys = {(one.enrollment_id, one.day): str(uuid4()) for one in (*shown.earlier, *shown.missing)}
    # What is wrong stands at its row. The row may be gone: somebody else has called, or the week is over.
    listed = {(one.enrollment_id, one.day) for one in (*shown.open, *shown.missing[:MOST_MISSING], *shown.done)}
    asked = (form.enrollment_id.data, form.on_day.data)
    page = render_template(
        "day/calls.html", shown=shown, form=form, keys=keys, now=clock.now(), most_missing=MOST_MISSING,
        asked=asked if asked in listed else None,
    )  # fmt: skip
    return page, status_of(form)
