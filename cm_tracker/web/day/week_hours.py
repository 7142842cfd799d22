"""The hours of a site's clients, and one save that records the weeks that are over."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.days import FIRST_DAY, LAST_DAY, parse_day
from cm_tracker.domain.errors import BadInput, Refused
from cm_tracker.forms.day.slots import WeekHoursForm
from cm_tracker.i18n import ngettext
from cm_tracker.operations.day.record_week_hours import ShownWeek, record_week_hours
from cm_tracker.queries.day.week_hours import SiteHours, WaitingWeek, site_hours
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import status_of

blueprint = Blueprint("week_hours", __name__)


@blueprint.route("/sites/<id:site_id>/hours", methods=["GET", "POST"])
@allow("visit:record")
def show(site_id: int) -> str | Response | tuple[str, int]:
    """Show the hours of a week, and record the weeks that are over as the page showed them."""
    shown = site_hours(db.session(), actor(), site_id, _day(), clock.now())
    form = WeekHoursForm()
    refused: dict[int, str] = {}
    if form.validate_on_submit():
        saved = 0
        for enrollment_id, weeks in groupby(shown.ready, key=lambda one: one.person.enrollment_id):
            saved += _save(enrollment_id, weeks, form, refused)
        if saved:
            flash(ngettext("%(n)s week recorded.", "%(n)s weeks recorded.", saved))
        if not refused:
            in_url: dict[str, Any] = {"site_id": site_id, "from": request.args.get("from")}
            return redirect(url_for("week_hours.show", **in_url), 303)
        shown = site_hours(db.session(), actor(), site_id, _day(), clock.now())
        form.key.data = WeekHoursForm(formdata=None).key.data
    return _page(shown, form, refused), 409 if refused else status_of(form)


def _save(enrollment_id: int, weeks: Iterable[WaitingWeek], form: WeekHoursForm, refused: dict[int, str]) -> int:
    """Record the weeks of a client that the page had, and return how many they are: all of them or none."""
    known = [
        ShownWeek(one.track.behavior, one.of.last_day, one.week.hours)
        for one in weeks
        if request.form.get(name_of(one)) == value_of(one)
    ]
    if not known:
        return 0
    try:
        return record_week_hours(
            db.session(),
            enrollment_id=enrollment_id,
            weeks=known,
            key=f"{form.key.data}-{enrollment_id}",
            actor=actor(),
            now=clock.now(),
        )
    except Refused as error:
        refused[enrollment_id] = error.message(i18n)
        return 0


def name_of(one: WaitingWeek) -> str:
    """Return the name of the field of a week."""
    number = [track.behavior for track in one.person.planned.timeline.tracks_on(one.of.last_day)].index(
        one.track.behavior
    )
    return f"week-{one.person.enrollment_id}-{number}-{one.of.week}"


def value_of(one: WaitingWeek) -> str:
    """Return the hours of a week as the page shows them: attended, excused and expected minutes."""
    hours = one.week.hours
    return f"{hours.attended}-{hours.excused}-{hours.expected}"


def _page(shown: SiteHours, form: WeekHoursForm, refused: dict[int, str]) -> str:
    before, after = shown.monday - timedelta(days=7), shown.monday + timedelta(days=7)
    return render_template(
        "day/hours.html",
        shown=shown,
        form=form,
        refused=refused,
        name_of=name_of,
        value_of=value_of,
        before=before if before >= FIRST_DAY else None,
        after=after if after <= LAST_DAY and after <= shown.today else None,
    )


def _day() -> date | None:
    text = request.args.get("from", "")
    try:
        return parse_day(text) if text else None
    except BadInput:
        abort(404)
