"""Closing a day: what will be recorded of every open slot, one save, and opening the day again."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.day.states import ABSENT, EXCUSED
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput, Refused
from cm_tracker.domain.goals.slips import MOST_DAYS_LATE
from cm_tracker.forms.day.slots import NOT_HERE, CloseForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.reopen_day import reopen_day
from cm_tracker.queries.day.closing import Closing, closing
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import status_of

blueprint = Blueprint("closing", __name__)

# Each open slot is an absence, and the reason says whether it is excused.
REASONS = tuple(choice for choice in NOT_HERE if choice[0] and choice[0] != "none")


@blueprint.route("/sites/<id:site_id>/close-day", methods=["GET", "POST"])
@allow("day:close")
def close(site_id: int) -> str | Response | tuple[str, int]:
    """Show what closing the day would record, and do it."""
    shown = closing(db.session(), actor(), site_id, clock.now(), _day())
    if shown.board.closure is not None:
        return redirect(url_for("closed_days.show", site_id=site_id, on=shown.board.day), 303)
    form = CloseForm()
    refused: dict[str, str] = {}
    if form.validate_on_submit():
        for one in shown.open if not (shown.here or shown.later) else ():
            _save(one.line, form, request.form, refused)
        if not refused:
            try:
                close_day(db.session(), site_id=site_id, day=shown.board.day, actor=actor(), now=clock.now())
            except Refused as error:
                form.say(error.message(i18n))
            else:
                flash(gettext("The day is closed."))
                return redirect(url_for("start.show", site=site_id), 303)
        shown = closing(db.session(), actor(), site_id, clock.now(), _day())
        form.key.data = CloseForm(formdata=None).key.data
    return _page(shown, form, refused), 409 if refused else status_of(form)


@blueprint.post("/sites/<id:site_id>/reopen-day")
@allow("day:reopen")
def reopen(site_id: int) -> Response:
    """Open a closed day again."""
    day = _day()
    if day is None:
        abort(404)
    reopen_day(db.session(), site_id=site_id, day=day, actor=actor(), now=clock.now())
    flash(gettext("The day is open again. What was recorded stays."))
    return redirect(url_for("day.show", site=site_id, on=day), 303)


def _page(shown: Closing, form: CloseForm, refused: dict[str, str]) -> str:
    return render_template(
        "day/close.html",
        board=shown.board,
        slots=shown.open,
        here=shown.here,
        later=shown.later,
        slips=shown.slips,
        most_days_late=MOST_DAYS_LATE,
        today=day_at(clock.now(), shown.board.site.time_zone),
        form=form,
        refused=refused,
        sent=request.form,
        reasons=REASONS,
    )


def _day() -> date | None:
    text = request.args.get("on", "")
    try:
        return parse_day(text) if text else None
    except BadInput:
        abort(404)


def _save(line: SlotLine, form: CloseForm, sent: MultiDict[str, str], refused: dict[str, str]) -> None:
    """Record an absence, if the page that was sent showed this slot: somebody who came since then stays open."""
    row = f"{line.slot.enrollment_id}-{line.slot.service_id}"
    seen = sent.get(f"seen-{row}", "")
    if not seen.isdecimal():
        return
    excuse = sent.get(f"excuse-{row}", "")
    try:
        record_slot(
            db.session(),
            enrollment_id=line.slot.enrollment_id,
            service_id=line.slot.service_id,
            on_day=line.slot.on_day,
            way=EXCUSED if excuse else ABSENT,
            excuse=excuse or None,
            seen=int(seen),
            shown=sent.get(f"shown-{row}") or None,
            key=f"{form.key.data}-{row}",
            actor=actor(),
            now=clock.now(),
        )
    except Refused as error:
        refused[row] = error.message(i18n)
