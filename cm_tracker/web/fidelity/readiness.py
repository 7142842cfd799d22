"""A site's checklist before its first client."""

from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.fidelity.readiness import CONFIRMED
from cm_tracker.forms.fidelity import MarkForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.fidelity.mark_readiness import mark_readiness
from cm_tracker.queries.fidelity.readiness import readiness
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("readiness", __name__, url_prefix="/sites")


@blueprint.route("/<id:site_id>/checklist", methods=["GET", "POST"])
@allow("readiness:view")
def show(site_id: int) -> str | Response | tuple[str, int]:
    """Show what is done and what is open. Who may confirm an item, or take it back, sends it to this page.

    The operation asks whether they may. A page of its own for sending could not bring back what was typed.
    """
    form = MarkForm()
    saved = attempt(
        form,
        lambda: mark_readiness(
            db.session(),
            site_id=site_id,
            item=form.item.data or "",
            is_done=form.is_done.data == "1",
            text=form.text.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("Saved, with your name and the day."))
        return redirect(url_for("readiness.show", site_id=site_id), 303)
    return _page(site_id, form), status_of(form)


def _page(site_id: int, form: MarkForm) -> str:
    today = clock.day_at(clock.now(), site_of(db.session(), actor(), site_id).time_zone)
    page = readiness(db.session(), actor(), site_id, today)
    return render_template(
        "fidelity/checklist.html", form=form, of=page, keys={item: str(uuid4()) for item in CONFIRMED}
    )
