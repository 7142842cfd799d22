"""The paper sheet for when the program is down: printing it, typing it afterwards, and the second signature."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.day.downtime import LinePreview, PaperLine, PaperPrize
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import AllRefusals, BadInput, Refused, SameSpecimen, SameVisit, SeveralRefused
from cm_tracker.domain.visits.evidence import (
    GIVEN,
    NEGATIVE,
    NOT_SAID,
    PENDING,
    READING,
    WITHOUT_TEMPERATURE,
    Absence,
    Collection,
    NewVisit,
    Presence,
    Test,
    clean_specimen_id,
    outcome_of,
)
from cm_tracker.domain.visits.panels import NOT_READ, Panel, with_groups
from cm_tracker.forms.base import Form, id_in
from cm_tracker.forms.day.downtime import ABSENT, CAME, EXCUSED, DowntimeForm, FindForm, OfTrack, line_form
from cm_tracker.forms.prizes.priced import choose_current_price, id_and_price, priced
from cm_tracker.forms.visits.visits import instant
from cm_tracker.i18n import gettext, ngettext
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.operations.day.sign_downtime import sign_downtime
from cm_tracker.queries.clients.clients import VisitPlace, enrolled_client, visit_place
from cm_tracker.queries.day.downtime import downtime_day, downtime_sheet, preview_downtime
from cm_tracker.queries.day.expected import enrollment_with_code
from cm_tracker.queries.day.paper_prizes import prizes_by_hand
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.visits.panels import panels_in_use
from cm_tracker.sentences import points_and_money
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("downtime", __name__)


@blueprint.get("/sites/<id:site_id>/downtime/<on>/print")
@allow("visit:record")
def printed(site_id: int, on: str) -> str:
    """Show the sheet of a day for paper: what each expected client's next visit does, and empty boxes."""
    sheet = downtime_sheet(db.session(), actor(), site_id, _day(on), clock.now())
    return render_template(
        "day/printed_downtime.html",
        sheet=sheet,
        point_value=point_value(db.session()),
        printed_by=current_user.person.display_name,
        printed_at=clock.now(),
    )


@blueprint.route("/sites/<id:site_id>/downtime/<on>", methods=["GET", "POST"])
@allow("visit:record", fresh_to_send=True)
def show(site_id: int, on: str) -> str | Response | tuple[str, int]:
    """Show what was typed of a day's sheet, and sign the lines that the page showed and somebody else typed.

    A code leads to that client's line, and a day to another sheet.
    """
    day, find, form = _day(on), FindForm(request.args), Form()
    ids = [number for text in request.form.getlist("line")[:1000] if (number := id_in(text)) is not None]
    signed = attempt(
        form,
        lambda: sign_downtime(db.session(), site_id=site_id, on_day=day, line_ids=ids, actor=actor(), now=clock.now()),
    )
    if signed is not None:
        flash(ngettext("%(n)s line is signed.", "%(n)s lines are signed.", signed))
        return redirect(url_for("downtime.show", site_id=site_id, on=on), 303)
    if find.validate() and find.day.data:
        return redirect(url_for("downtime.show", site_id=site_id, on=find.day.data.isoformat()), 303)
    if find.code.data and not find.code.errors:
        try:
            enrollment_id = enrollment_with_code(db.session(), actor(), site_id, find.code.data.strip(), day)
        except Refused as error:
            find.code.errors = [error.message(i18n)]
        else:
            return redirect(url_for("downtime.line", enrollment_id=enrollment_id, on=on), 303)
    return _page(site_id, day, find=find, sign_form=form), 422 if find.errors else status_of(form)


@blueprint.route("/enrollments/<id:enrollment_id>/downtime/<on>", methods=["GET", "POST"])
@allow("visit:record")
def line(enrollment_id: int, on: str) -> str | Response | tuple[str, int]:
    """Type a client's line. What it does beyond paying its own visits is shown first."""
    day = _day(on)
    place = visit_place(db.session(), actor(), enrollment_id, clock.now(), day)
    panel = next(iter(panels_in_use(db.session(), place.site_id, day)), None)
    form = line_form(place.tracks, panel.analytes if panel else ())()
    form.offer(
        [
            (
                priced(prize.id, prize.price_points),
                f"{prize.name}, {points_and_money(prize.price_points, prize.point_value_cents)}",
            )
            for prize in prizes_by_hand(db.session(), actor(), enrollment_id, day)
        ]
    )
    found: LinePreview | None = None

    def save() -> int | None:
        nonlocal found
        typed = _typed(form, place, day, panel)
        # A form that was sent twice needs no preview: the operation returns its first result again.
        if answer_of(db.session(), "record_downtime", form.key.data) is None:
            found = preview_downtime(db.session(), actor(), enrollment_id, typed, clock.now())
            if found.is_shown_first and (found.fingerprint != form.shown.data or form.again.data):
                return None
        return record_downtime(
            db.session(),
            enrollment_id=enrollment_id,
            line=typed,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
            shown=found.fingerprint if found else None,
        )

    client = enrolled_client(db.session(), actor(), enrollment_id, clock.now())
    if attempt(form, save, check=lambda: _typed(form, place, day, panel)) is not None:
        flash(gettext("%(code)s is typed. It waits for the signature of a second person.", code=client.code))
        return redirect(url_for("downtime.show", site_id=place.site_id, on=day.isoformat()), 303)
    refusal = getattr(form, "refusal", None)
    shown = found if found is not None and refusal is None and found.is_shown_first else None
    is_different = shown is not None and bool(form.shown.data) and not form.again.data
    choose_current_price(form.prize)
    form.shown.data = shown.fingerprint if shown is not None else ""
    first = refusal.visit_id if isinstance(refusal, SameVisit | SameSpecimen) else None
    page = _page(
        place.site_id, day, form=form, client=client, enrollment_id=enrollment_id, shown=shown, first=first,
        is_different=is_different,
    )  # fmt: skip
    return page, 200 if shown is not None else 409 if first else status_of(form)


def _page(site_id: int, day: date, **more: Any) -> str:
    shown = downtime_day(db.session(), actor(), site_id, day, clock.now())
    own_id = actor().staff_id
    return render_template(
        "day/downtime_line.html" if "client" in more else "day/downtime.html",
        board=shown,
        day=day,
        today=clock.day_at(clock.now(), shown.site.time_zone),
        to_sign=[one for one in shown.unsigned if one.staff_id != own_id],
        own=[one for one in shown.unsigned if one.staff_id == own_id],
        point_value=point_value(db.session()),
        **{"find": FindForm(), "sign_form": Form(formdata=None), **more},
    )


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except BadInput:
        abort(404)


def _typed(form: DowntimeForm, place: VisitPlace, day: date, panel: Panel | None) -> PaperLine:
    """Return what was typed. Raise everything that is wrong with it, each at its field."""
    refusals = AllRefusals()
    at = instant(day, form.time.data, place.time_zone)
    visits = []
    for of in form.tracks:
        with refusals:
            try:
                visit = _visit(form, of, day, at, panel)
            except Refused as error:
                for one in error.refusals if isinstance(error, SeveralRefused) else (error,):
                    one.field = "time" if one.field == "time" else of.name(one.field or "happened")
                raise
            visits += [visit] if visit is not None else []
    prize = None
    with refusals:
        if form.prize.data and not form.prize.errors:
            if form.quantity.data is None:
                raise BadInput("Enter how many were given.", "quantity")
            prize_id, price_points = id_and_price(form.prize.data)
            prize = PaperPrize(prize_id, form.quantity.data, price_points, form.answer)
    refusals.raise_any()
    return PaperLine(day, tuple(visits), prize, at, (form.initials.data or "").strip())


def _visit(form: DowntimeForm, of: OfTrack, day: date, at: datetime | None, panel: Panel | None) -> NewVisit | None:
    """Return what the paper says of a track, None where it says nothing. Raise `BadInput` for what contradicts itself."""
    happened = form.value(of, "happened")
    results = {analyte: form.value(of, f"result_{analyte}") for analyte in of.analytes}
    results = {analyte: result for analyte, result in results.items() if result}
    if happened != CAME:
        if results or form.value(of, "specimen_id") or form.value(of, "reading") is not None:
            raise BadInput("Something of a test is entered, but not that the client came. Correct one of the two.")
        if happened == EXCUSED and not form.value(of, "excuse"):
            raise BadInput("Choose a reason.", "excuse")
        if happened not in (ABSENT, EXCUSED):
            return None
        return NewVisit(of.track.behavior, day, Absence(form.value(of, "excuse") if happened == EXCUSED else None))
    if not of.track.is_test:
        return NewVisit(of.track.behavior, day, Presence(), collected_at=at)
    if at is None:
        raise BadInput("Enter the time that stands on the paper.", "time")
    specimen = form.value(of, "specimen") or GIVEN
    if form.value(of, "rest"):
        results = {**dict.fromkeys(of.analytes, NEGATIVE), **results}
    unread = tuple(analyte for analyte, result in results.items() if result == NOT_READ)
    # What the paper leaves empty beyond the schedule's target was not read.
    unread += tuple(a for a in of.analytes if a not in results and a not in of.track.analytes and specimen == GIVEN)
    read = {analyte: result for analyte, result in results.items() if result != NOT_READ}
    if form.value(of, "is_awaited"):
        read = {READING: PENDING}
    test = Test(
        with_groups(of.track, read),
        specimen=specimen,
        temperature=(form.value(of, "temperature") or None) if specimen not in WITHOUT_TEMPERATURE else None,
        reading=form.value(of, "reading"),
    )
    outcome_of(of.track, test)
    visit = NewVisit(
        of.track.behavior,
        day,
        test,
        specimen_id=clean_specimen_id(form.value(of, "specimen_id") or ""),
        collected_at=at,
        unread=unread,
    )
    return replace(visit, collection=_collection(of, panel))


def _collection(of: OfTrack, panel: Panel | None) -> Collection:
    if of.track.evidence != "drug_test" or panel is None:
        return NOT_SAID
    return Collection(panel_id=panel.id, kit_lot_id=panel.lot.id if panel.lot is not None else None)
