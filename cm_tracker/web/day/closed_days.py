"""A closed day: who was expected is excused by the program, all of them in one save."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput, Refused
from cm_tracker.forms.day.slots import ClosedDayForm
from cm_tracker.i18n import ngettext
from cm_tracker.operations.day.excuse_closed_day import excuse_closed_day
from cm_tracker.operations.day.settle_closed_day import settle_closed_day
from cm_tracker.queries.day.closed_day_pages import ClosedDay, closed_day
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import status_of

blueprint = Blueprint("closed_days", __name__)


@blueprint.route("/sites/<id:site_id>/closed-days/<on>", methods=["GET", "POST"])
@allow("day:close")
def show(site_id: int, on: str) -> str | Response | tuple[str, int]:
    """Show whom the program excuses on a closed day, and record it."""
    try:
        day = parse_day(on)
    except BadInput:
        abort(404)
    shown = closed_day(db.session(), actor(), site_id, day, clock.now())
    form = ClosedDayForm()
    refused: dict[int, str] = {}
    if form.validate_on_submit():
        for enrollment_id in shown.enrollment_ids:
            _excuse(shown, enrollment_id, form, refused)
        if not refused:
            try:
                settle_closed_day(db.session(), site_id=site_id, on_day=day, actor=actor(), now=clock.now())
            except Refused as error:
                form.say(error.message(i18n))
            else:
                flash(
                    ngettext(
                        "%(n)s client is excused. Nobody loses anything.",
                        "%(n)s clients are excused. Nobody loses anything.",
                        len(shown.enrollment_ids),
                    )
                )
                return redirect(url_for("start.show", site=site_id), 303)
        shown = closed_day(db.session(), actor(), site_id, day, clock.now())
        form.key.data = ClosedDayForm(formdata=None).key.data
    page = render_template("day/closed_day.html", shown=shown, form=form, refused=refused)
    return page, 409 if refused else status_of(form)


def _excuse(shown: ClosedDay, enrollment_id: int, form: ClosedDayForm, refused: dict[int, str]) -> None:
    try:
        excuse_closed_day(
            db.session(),
            enrollment_id=enrollment_id,
            on_day=shown.day,
            key=f"{form.key.data}-{enrollment_id}",
            actor=actor(),
            now=clock.now(),
        )
    except Refused as error:
        refused[enrollment_id] = error.message(i18n)
