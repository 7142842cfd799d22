"""The sheet of a group: who is here, in one save. A row that is refused does not lose the others."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.clients.id_cards import is_card_number
from cm_tracker.domain.day.recording import Said
from cm_tracker.domain.day.states import ABSENT, ARRIVED, ATTENDED, EXCUSED, OPEN
from cm_tracker.domain.day.times import parse_time
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput, NotFound, Refused
from cm_tracker.forms.base import id_in
from cm_tracker.forms.day.slots import NOT_HERE, SheetForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.save_sheet import SheetRow, save_sheet
from cm_tracker.queries.day.board import sheet
from cm_tracker.queries.day.expected import enrollment_with_code
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.queries.day.week import service_of
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt

blueprint = Blueprint("sheets", __name__)


@dataclass
class Typed:
    """What was typed in the rows of a sheet, and what was refused, by the enrollment's id."""

    sent: MultiDict[str, str] = field(default_factory=MultiDict)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def enrollment_ids(self) -> list[int]:
        """The enrollments of which the form has a row, each once."""
        names = (name.removeprefix("seen-") for name in self.sent if name.startswith("seen-"))
        found = dict.fromkeys(id_in(name) for name in names)
        return [of for of in found if of is not None and self.seen(of) is not None]

    def seen(self, enrollment_id: int) -> int | None:
        """Return the newest note that the row showed, 0 for none, or None for a row that the form does not have."""
        return id_in(self.value("seen", enrollment_id))

    def value(self, name: str, enrollment_id: int) -> str:
        """Return what was typed in a field of a row."""
        return str(self.sent.get(f"{name}-{enrollment_id}", ""))

    def is_ticked(self, enrollment_id: int) -> bool:
        """Return whether the form that was sent has a tick for a row."""
        return str(enrollment_id) in self.sent.getlist("here")

    def is_here(self, line: SlotLine) -> bool:
        """Return whether a row is ticked: by the form that was sent, or because the client has arrived."""
        was_shown = f"seen-{line.slot.enrollment_id}" in self.sent
        return self.is_ticked(line.slot.enrollment_id) if was_shown else line.state == ARRIVED


@blueprint.get("/services/<id:service_id>/sheet")
@allow("day:view")
def show(service_id: int) -> str | tuple[str, int]:
    """Show the sheet of a service on a day, today unless told."""
    return _page(service_id, SheetForm(), Typed())


@blueprint.get("/services/<id:service_id>/sheet/print")
@allow("day:view")
def printed(service_id: int) -> str:
    """Show the sheet for paper: what was recorded, and empty fields for everybody who is open."""
    board, meeting = sheet(db.session(), actor(), service_id, clock.now(), _day())
    if meeting is None:
        raise NotFound(what="service")
    return render_template("day/printed_sheet.html", board=board, sheet=meeting)


@blueprint.post("/services/<id:service_id>/sheet")
@allow("visit:record")
def save(service_id: int) -> str | Response | tuple[str, int]:
    """Record everybody who is ticked or excused. An open row records nothing."""
    form, typed = SheetForm(), Typed(request.form)
    if not form.validate_on_submit():
        return _page(service_id, form, typed)
    site = site_of(db.session(), actor(), service_of(db.session(), actor(), service_id).service.site_id)
    day = _day() or clock.day_at(clock.now(), site.time_zone)
    if form.add.data or form.code.data:
        try:
            _add(form, site, day, service_id)
        except Refused as error:
            form.say(error.message(i18n), "code")
            if is_card_number(form.code.data or ""):
                form.code.data = ""  # the number of a card stands on no page
            return _page(service_id, form, typed)
        return _page(service_id, SheetForm(formdata=None), typed)
    if request.form.get("off"):
        try:
            _take_off(form, typed, day, service_id)
        except Refused as error:
            form.say(error.message(i18n))
        return _page(service_id, form, typed)
    rows = _rows(typed, day, site.time_zone)
    done = attempt(
        form,
        lambda: save_sheet(
            db.session(), service_id=service_id, on_day=day, rows=rows, key=form.key.data, actor=actor(),
            now=clock.now(),
        ),
    )  # fmt: skip
    if done is None:
        return _page(service_id, form, typed)
    typed.refused |= {of: error.message(i18n) for of, error in done.refused.items()}
    if typed.refused:
        return _page(service_id, SheetForm(formdata=None), typed, len(done.saved))
    if not done.saved:
        flash(gettext("Nobody was ticked. Nothing was recorded."))
    return _again(service_id)


def _again(service_id: int) -> Response:
    return redirect(url_for("sheets.show", service_id=service_id, on=request.args.get("on")), 303)


def _page(service_id: int, form: SheetForm, typed: Typed, saved: int = 0) -> tuple[str, int]:
    board, meeting = sheet(db.session(), actor(), service_id, clock.now(), _day())
    if meeting is None:
        raise NotFound(what="service")
    page = render_template(
        "day/sheet.html",
        board=board,
        sheet=meeting,
        form=form,
        typed=typed,
        saved=saved,
        not_here=NOT_HERE,
        begins=f"{meeting.begins_at.astimezone(clock.zone(board.site.time_zone)):%H:%M}",
    )
    return page, 409 if typed.refused else 422 if form.wrong_fields or form.form_errors else 200


def _day() -> date | None:
    text = request.args.get("on", "")
    try:
        return parse_day(text) if text else None
    except BadInput:
        abort(404)


def _add(form: SheetForm, site: SiteLine, day: date, service_id: int) -> None:
    """Put somebody on the sheet who was not expected: they are noted as here."""
    code = (form.code.data or "").strip()
    if not code:
        raise BadInput("Enter the code of the client.", "code")
    note_slot(
        db.session(),
        enrollment_id=enrollment_with_code(db.session(), actor(), site.id, code, day),
        service_id=service_id,
        on_day=day,
        status=ARRIVED,
        key=form.key.data,
        actor=actor(),
        now=clock.now(),
    )


def _take_off(form: SheetForm, typed: Typed, day: date, service_id: int) -> None:
    """Take somebody off the sheet who was not expected and was put on it."""
    enrollment_id = id_in(request.form["off"]) or 0
    note_slot(
        db.session(),
        enrollment_id=enrollment_id,
        service_id=service_id,
        on_day=day,
        status=OPEN,
        seen=typed.seen(enrollment_id) or 0,
        key=form.key.data,
        actor=actor(),
        now=clock.now(),
    )


def _rows(typed: Typed, day: date, zone: str) -> list[SheetRow]:
    """Return the rows that say something. What cannot be read is refused in `typed`."""
    found = []
    for enrollment_id in typed.enrollment_ids:
        try:
            said = _said(typed, enrollment_id, day, zone)
        except Refused as error:
            typed.refused[enrollment_id] = error.message(i18n)
            continue
        if said is not None:
            found.append(SheetRow(enrollment_id, said, typed.seen(enrollment_id) or 0))
    return found


def _said(typed: Typed, enrollment_id: int, day: date, zone: str) -> Said | None:
    """Return what a row says of a client, None for an open row. Raise `BadInput`."""
    excuse = typed.value("excuse", enrollment_id)
    is_here = typed.is_ticked(enrollment_id)
    arrived_at, left_at = (_time(typed.value(name, enrollment_id), day, zone) for name in ("arrived", "left"))
    if excuse and (is_here or arrived_at or left_at):
        raise BadInput("This person is ticked and excused. Take one of the two away.")
    if not excuse and not is_here:
        if arrived_at or left_at:
            raise BadInput("This person has a time and no tick. Tick them, or take the time away.")
        return None
    if excuse == "none":
        return Said(ABSENT)
    return Said(EXCUSED, excuse=excuse) if excuse else Said(ATTENDED, arrived_at, left_at)


def _time(text: str, day: date, zone: str) -> datetime | None:
    """Return the instant of a time that was typed on the day of the sheet, or None. Raise `BadInput`."""
    return datetime.combine(day, parse_time(text), clock.zone(zone)) if text.strip() else None
