"""The sheet of a group: who is here, in one save. A row that is refused does not lose the others."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.day.states import ABSENT, ARRIVED, ATTENDED, EXCUSED
from cm_tracker.domain.day.times import parse_time
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput, NotFound, Refused
from cm_tracker.forms.day.slots import NOT_HERE, SheetForm
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.day.board import Board, sheet
from cm_tracker.queries.day.expected import enrollment_with_code
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import status_of

blueprint = Blueprint("sheets", __name__)


@dataclass
class Typed:
    """What was typed in the rows of a sheet, and what was refused, by the enrollment's id."""

    sent: MultiDict[str, str] = field(default_factory=MultiDict)
    refused: dict[int, str] = field(default_factory=dict)

    def value(self, name: str, line: SlotLine) -> str:
        """Return what was typed in a field of a row."""
        return str(self.sent.get(f"{name}-{line.slot.enrollment_id}", ""))

    def has_more(self, line: SlotLine) -> bool:
        """Return whether a row says more than that the client is here."""
        return any(self.value(name, line) for name in ("arrived", "left", "excuse"))

    def is_here(self, line: SlotLine) -> bool:
        """Return whether a row is ticked: by the form that was sent, or because the client has arrived."""
        if self.sent:
            return str(line.slot.enrollment_id) in self.sent.getlist("here")
        return line.state == ARRIVED


@blueprint.get("/services/<id:service_id>/sheet")
@allow("day:view")
def show(service_id: int) -> str | tuple[str, int]:
    """Show the sheet of a service on a day, today unless told."""
    return _page(service_id, SheetForm(), Typed())


@blueprint.post("/services/<id:service_id>/sheet")
@allow("visit:record")
def save(service_id: int) -> str | Response | tuple[str, int]:
    """Record everybody who is ticked or excused. An open row records nothing."""
    form, typed = SheetForm(), Typed(request.form)
    if not form.validate_on_submit():
        return _page(service_id, form, typed)
    board, meeting = sheet(db.session(), actor(), service_id, clock.now(), _day())
    if form.add.data or form.code.data:
        try:
            _add(form, board, service_id)
        except Refused as error:
            form.say(error.message(i18n), "code")
            return _page(service_id, form, typed)
        return redirect(url_for("sheets.show", service_id=service_id, on=request.args.get("on")), 303)
    saved = sum(_save(line, form, typed, board) for line in (meeting.lines if meeting else ()) if line.is_open)
    if typed.refused:
        return _page(service_id, SheetForm(formdata=None), typed, saved)
    flash(
        f"Saved: {saved} {'person' if saved == 1 else 'people'}."
        if saved
        else "Nobody was ticked. Nothing was recorded."
    )
    return redirect(url_for("sheets.show", service_id=service_id, on=request.args.get("on")), 303)


def _page(service_id: int, form: SheetForm, typed: Typed, saved: int = 0) -> tuple[str, int]:
    board, meeting = sheet(db.session(), actor(), service_id, clock.now(), _day())
    if meeting is None:
        raise NotFound(what="service")
    page = render_template(
        "day/sheet.html", board=board, sheet=meeting, form=form, typed=typed, saved=saved, not_here=NOT_HERE
    )
    return page, 409 if typed.refused else status_of(form)


def _day() -> date | None:
    text = request.args.get("on", "")
    try:
        return parse_day(text) if text else None
    except BadInput:
        abort(404)


def _add(form: SheetForm, board: Board, service_id: int) -> None:
    """Put somebody on the sheet who was not expected: they are noted as here."""
    code = (form.code.data or "").strip()
    if not code:
        raise BadInput("Enter the code of the client.", "code")
    note_slot(
        db.session(),
        enrollment_id=enrollment_with_code(db.session(), actor(), board.site.id, code, board.day),
        service_id=service_id,
        on_day=board.day,
        status=ARRIVED,
        key=form.key.data,
        actor=actor(),
        now=clock.now(),
    )


def _save(line: SlotLine, form: SheetForm, typed: Typed, board: Board) -> bool:
    """Record one row. Return whether anything was recorded; what is refused is kept with its sentence."""
    excuse = typed.value("excuse", line)
    is_here = typed.is_here(line)
    if not excuse and not is_here:
        return False
    try:
        if excuse and is_here:
            raise BadInput("This person is ticked and excused. Take one of the two away.")
        _record(line, form, typed, board, excuse)
    except Refused as error:
        typed.refused[line.slot.enrollment_id] = error.message(i18n)
        return False
    return True


def _record(line: SlotLine, form: SheetForm, typed: Typed, board: Board, excuse: str) -> None:
    way = ABSENT if excuse == "none" else EXCUSED if excuse else ATTENDED
    record_slot(
        db.session(),
        enrollment_id=line.slot.enrollment_id,
        service_id=line.slot.service_id,
        on_day=board.day,
        way=way,
        arrived_at=_time(typed.value("arrived", line), board),
        left_at=_time(typed.value("left", line), board),
        excuse=excuse if way == EXCUSED else None,
        seen=int(typed.value("seen", line) or 0),
        key=f"{form.key.data}-{line.slot.enrollment_id}",
        actor=actor(),
        now=clock.now(),
    )


def _time(text: str, board: Board) -> datetime | None:
    """Return the instant of a time that was typed on the day of the sheet, or None. Raise `BadInput`."""
    if not text.strip():
        return None
    return datetime.combine(board.day, parse_time(text), clock.zone(board.site.time_zone))
