"""Correct a visit. The page shows what a correction changes before it can be saved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.charts import reading_chart
from cm_tracker.db import db
from cm_tracker.domain.errors import AllRefusals, BadInput, NotFound, ReasonMissing, SameSpecimen, SameVisit
from cm_tracker.domain.visits import corrections, evidence, specimens
from cm_tracker.domain.visits.evidence import NewVisit, clean_specimen_id
from cm_tracker.domain.visits.hours import check_plausible
from cm_tracker.domain.visits.panels import (
    NOT_READ,
    is_needed,
    outcome_asked,
    outcome_of_specimen,
    recorded_strips,
    with_groups,
)
from cm_tracker.domain.visits.proposals import answered_visit
from cm_tracker.domain.visits.settling import Preview
from cm_tracker.forms.visits import corrections as correction_forms
from cm_tracker.forms.visits.hours import HoursCorrectionForm
from cm_tracker.forms.visits.visits import instant
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.visits.panels import strips_of
from cm_tracker.queries.visits.previews import check_correction, limit_of_visit, preview_correction
from cm_tracker.queries.visits.visits import VisitCard, visit_card
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt
from cm_tracker.web.visits.entered import entered
from cm_tracker.web.visits.limit_of_form import say_limit
from cm_tracker.web.visits.visits import check_own_entry

blueprint = Blueprint("corrections", __name__)

WAYS = "any(specimen, undo, answer, excuse, correct, void)"


@blueprint.route(f"/visits/<id:visit_id>/<{WAYS}:way>", methods=["GET", "POST"])
@allow("test:record")
def new(visit_id: int, way: str) -> str | Response | tuple[str, int]:
    """Enter a correction, show what it changes, and save exactly what was shown."""
    card = visit_card(db.session(), actor(), visit_id, clock.now())
    check_own_entry(card)
    form, read = _FORMS[way](card)
    is_saved = form.is_submitted() and answer_of(db.session(), "correct_visit", form.key.data or "") is not None
    if is_saved and form.validate():
        # The form was sent twice: the operation returns its first result again, and no preview is needed.
        _save(card, way, form, read(form, card))
        return redirect(url_for("visits.show", visit_id=card.id), 303)
    changes: Preview | None = None
    if not form.is_submitted():
        # Refuse an impossible correction before anybody fills in the form.
        check_correction(db.session(), actor(), visit_id, way, clock.now())
        if read is _read_nothing:  # the form has no fields about the visit, so show the changes at once
            changes = preview_correction(db.session(), actor(), visit_id, way, None, clock.now())
    else:
        changes = attempt(
            form,
            lambda: _preview(card, way, form, _checked(card, way, form, read)),
            lambda: _checked(card, way, form, read),
        )
        if changes is not None and form.shown.data == changes.fingerprint and not form.again.data:
            saved = attempt(form, lambda: _save(card, way, form, read(form, card)))
            if saved is not None:
                flash(labels.corrections.saved({unit: changes.to_client(unit) for unit in changes.units}))
                return redirect(url_for("visits.show", visit_id=card.id), 303)
            changes = None
    is_different = bool(
        changes is not None and form.shown.data not in (None, "", changes.fingerprint) and not form.again.data
    )
    status = 422 if form.is_submitted() and changes is None else 200
    if status == 422 and read is _read_nothing and not is_saved and not hasattr(form, "refusal"):
        # Only the reason is missing, so keep showing the changes.
        changes = preview_correction(db.session(), actor(), visit_id, way, None, clock.now())
    # The button saves only the changes that the page shows.
    form.shown.data = changes.fingerprint if changes is not None else ""
    refusal = getattr(form, "refusal", None)
    first = refusal.visit_id if isinstance(refusal, SameVisit | SameSpecimen) else None
    has_number = "reading" in form
    if has_number:
        day = form.happened_on.data if "happened_on" in form else None
        say_limit(form, limit_of_visit(db.session(), actor(), visit_id, day or card.visit.happened_on))
    words = labels.corrections.way(
        way, card.is_corrected, card.undo_minutes, card.place_of(way), evidence=card.track.evidence
    )
    page = render_template(
        "visits/correct.html",
        form=form,
        card=card,
        way=words,
        preview=changes,
        facts=entered(form) if changes is not None else (),
        is_different=is_different,
        is_taken_away=read is _read_nothing,
        button=_save_button(words.button, changes),
        first=first,
        # The specimen that a lead corrects, where the visit has several.
        place=_place(card) if read is _read_correct else 0,
        adds_specimen=read is _read_specimen,
        readings=reading_chart(card.readings, card.track) if has_number else None,
    )
    return page, status


def _place(card: VisitCard) -> int:
    """Return the place of the specimen that the form is about, from 1 on: the one that decides, unless the URL says."""
    place = request.args.get("specimen", card.visit.deciding_place, type=int)
    if card.visit.all_specimens and not 1 <= place <= len(card.visit.all_specimens):
        raise NotFound(what="visit")
    return place


def _save_button(action: str, changes: Preview | None) -> str:
    moved = {unit: changes.to_client(unit) for unit in changes.units} if changes is not None else {}
    return labels.corrections.save_button(action, moved)


def _checked(card: VisitCard, way: str, form: Any, read: "Read") -> NewVisit | None:
    """Return what the form says is right. Raise everything that is wrong with it, and a missing reason."""
    refusals = AllRefusals()
    visit = None
    with refusals:
        visit = read(form, card)
    with refusals:
        if way != corrections.SPECIMEN and not form.reason():
            raise ReasonMissing(way=way, field="words")
    if visit is not None and (refusals.found or form.errors):
        with refusals:
            outcome_asked(card.track, visit)
    refusals.raise_any()
    return visit


def _preview(card: VisitCard, way: str, form: Any, visit: NewVisit | None) -> Preview:
    return preview_correction(db.session(), actor(), card.id, way, visit, clock.now())


def _save(card: VisitCard, way: str, form: Any, visit: NewVisit | None) -> int:
    return correct_visit(
        db.session(),
        visit_id=card.id,
        way=way,
        visit=visit,
        reason=form.reason(),
        shown=form.shown.data,
        key=form.key.data,
        actor=actor(),
        now=clock.now(),
    )


# -- the form for each way to correct a visit, and the function that reads it -----------------------

Read = Callable[[Any, VisitCard], NewVisit | None]


def _read_nothing(form: Any, card: VisitCard) -> None:
    """Return None: undoing or voiding a visit enters no new evidence."""


def _take_away(card: VisitCard) -> tuple[Any, Read]:
    is_hours = card.visit.hours is not None
    return correction_forms.HoursTakeAwayForm() if is_hours else correction_forms.TakeAwayForm(), _read_nothing


def _answer(card: VisitCard) -> tuple[Any, Read]:
    form = correction_forms.answer_form(card.track, recorded_strips(card.visit.results))()
    if form.is_new:
        for analyte in form.analytes:
            result = card.visit.results.get(analyte)
            # Prefill the results that were known before. The pending ones must be entered.
            if result == evidence.NEGATIVE:
                form[f"result_{analyte}"].data = result
            elif result is None and not is_needed(card.track, analyte):
                form[f"result_{analyte}"].data = NOT_READ
    return form, _read_answer


def _read_answer(form: Any, card: VisitCard) -> NewVisit:
    results = with_groups(card.track, form.results())
    specimen, temperature = card.visit.specimen or evidence.GIVEN, card.visit.temperature
    number = form.number()
    if card.track.reading is not None and number is None:
        raise BadInput("Enter the laboratory’s number.", "reading")
    seen = evidence.Test(results, specimen, temperature, reading=number)
    return answered_visit(card.visit, seen, asked=form.analytes, unread=form.unread())


def _excuse(card: VisitCard) -> tuple[Any, Read]:
    return correction_forms.ExcuseForm(), _read_excuse


def _read_excuse(form: Any, card: VisitCard) -> NewVisit:
    return NewVisit(card.visit.behavior, card.visit.happened_on, evidence.Absence(form.excuse.data))


def _specimen(card: VisitCard) -> tuple[Any, Read]:
    needs_observation = specimens.needs_observation(card.visit.all_specimens)
    strips = strips_of(db.session(), card.visit.collection.panel_id)
    form = correction_forms.specimen_form(card.track, strips, needs_observation=needs_observation)()
    if form.is_new and card.visit.happened_on == card.today:
        now = clock.now().astimezone(clock.zone(card.time_zone)).time().replace(second=0, microsecond=0)
        form.collected_time.data = now
    return form, _read_specimen


def _read_specimen(form: Any, card: VisitCard) -> NewVisit:
    """Return the visit with the specimen that was entered. The operation puts it after those that are recorded."""
    refusals = AllRefusals()
    one = none = evidence.Specimen(evidence.Test())
    with refusals:
        if form.temperature and not form.temperature.data and form.specimen.data not in evidence.WITHOUT_TEMPERATURE:
            raise BadInput("Say whether the temperature was in range, or that it was not read.", "temperature")
    with refusals:
        one = _read_one(form, card, card.visit.happened_on, none)
    refusals.raise_any()
    return specimens.new_visit(card.visit.behavior, card.visit.happened_on, [one])


def _correct(card: VisitCard) -> tuple[Any, Read]:
    if card.visit.hours is not None:
        return _correct_hours(card.visit.hours)
    recorded = {*_recorded(card).test.results, *strips_of(db.session(), card.visit.collection.panel_id)}
    form = correction_forms.correct_form(
        card.track,
        recorded_strips(recorded),
        is_one_of_several=bool(card.visit.specimens),
        needs_observation=specimens.needs_observation(card.visit.specimens),
    )()
    if form.is_new:
        _fill(form, card)
    return form, _read_correct


def _correct_hours(hours: evidence.Hours) -> tuple[Any, Read]:
    form = HoursCorrectionForm()
    if form.is_new:
        form.attended.data, form.excused.data, form.expected.data = hours.attended, hours.excused, hours.expected
    return form, _read_hours


def _read_hours(form: Any, card: VisitCard) -> NewVisit:
    if not form.is_confirmed and form.hours != card.visit.hours:
        check_plausible(form.hours)
    return NewVisit(card.visit.behavior, card.visit.happened_on, form.hours)


def _recorded(card: VisitCard) -> evidence.Specimen:
    """Return the specimen that the form is about as it is recorded; an empty one where no test was taken."""
    given = card.visit.all_specimens
    return given[_place(card) - 1] if given else evidence.Specimen(evidence.Test())


def _fill(form: Any, card: VisitCard) -> None:
    visit, zone = card.visit, clock.zone(card.time_zone)
    form.happened_on.data = visit.happened_on
    form.happened.data = correction_forms.CAME
    if visit.is_absence:
        form.happened.data = correction_forms.EXCUSED if visit.outcome == "excused" else correction_forms.ABSENT
    form.excuse.data = visit.excuse or ""
    if "came_at" in form and visit.collected_at is not None:
        form.came_at.data = visit.collected_at.astimezone(zone).time()
    if "specimen" not in form:
        return
    one = _recorded(card)
    for name, at in (
        ("collected_time", one.collected_at or visit.collected_at),
        ("read_time", one.read_at or visit.read_at),
    ):
        if at is not None:
            form[name].data = at.astimezone(zone).time()
    form.specimen.data = one.test.specimen
    form.is_disputed.data = one.test.is_disputed
    if form.is_observed:
        form.is_observed.data = one.test.is_observed
    if form.specimen_id:
        form.specimen_id.data = one.specimen_id
        form.temperature.data = one.test.temperature
    if form.reading:
        form.reading.data = one.test.reading
    if form.is_awaited:
        form.is_awaited.data = one.test.results.get(evidence.READING) == evidence.PENDING
    for analyte in form.analytes:
        is_unread = one.test.results and not is_needed(card.track, analyte)
        form[f"result_{analyte}"].data = one.test.results.get(analyte, NOT_READ if is_unread else None)


def _read_correct(form: Any, card: VisitCard) -> NewVisit:
    day, visit = form.happened_on.data, card.visit
    if form.happened.data != correction_forms.CAME:
        excuse = None
        if form.happened.data == correction_forms.EXCUSED:
            excuse = form.excuse.data
            if not excuse:
                raise BadInput("Choose the reason for the excuse.", "excuse")
        return NewVisit(visit.behavior, day, evidence.Absence(excuse))
    if "specimen" not in form:
        return NewVisit(
            visit.behavior, day, evidence.Presence(), collected_at=instant(day, form.came_at.data, card.time_zone)
        )
    given = [_on_day(one, day, card) for one in visit.all_specimens]
    place = _place(card) - 1
    if form.is_removed and form.is_removed.data:
        return specimens.new_visit(visit.behavior, day, [*given[:place], *given[place + 1 :]])
    one = _read_one(form, card, day, _recorded(card))
    return specimens.new_visit(visit.behavior, day, specimens.with_specimen(given, place, one) if given else [one])


def _on_day(one: evidence.Specimen, day: date | None, card: VisitCard) -> evidence.Specimen:
    """Return a specimen with its times on a day, which a correction may have changed."""
    zone = clock.zone(card.time_zone)
    collected, read = (
        instant(day, at.astimezone(zone).time(), card.time_zone) if at is not None else None
        for at in (one.collected_at, one.read_at)
    )
    return replace(one, collected_at=collected, read_at=read)


def _read_one(form: Any, card: VisitCard, day: date | None, recorded: evidence.Specimen) -> evidence.Specimen:
    """Return the specimen of a form. Raise everything that is wrong with it.

    A form that does not ask whether it was observed leaves that as it was `recorded`.
    """
    refusals = AllRefusals()
    specimen_id = None
    reading: int | None = 0  # in place of a number that cannot be read: that has its own sentence
    with refusals:
        if form.collected_time.data is None:
            raise BadInput("Enter when it was collected.", "collected_time")
    with refusals:
        reading = form.number()
    with refusals:
        specimen_id = clean_specimen_id(form.specimen_id.data or "") if form.specimen_id else None
    has_temperature = form.temperature and form.specimen.data not in evidence.WITHOUT_TEMPERATURE
    temperature = (form.temperature.data or None) if has_temperature else None
    is_observed = bool(form.is_observed.data) if form.is_observed else recorded.test.is_observed
    results = with_groups(card.track, form.results())
    one = evidence.Specimen(
        evidence.Test(results, form.specimen.data, temperature, form.is_disputed.data, is_observed, reading),
        specimen_id,
        instant(day, form.collected_time.data, card.time_zone),
        instant(day, form.read_time.data, card.time_zone),
        asked=form.analytes,
        unread=form.unread(),
    )
    if refusals.found:
        with refusals:
            outcome_of_specimen(card.track, one)
    refusals.raise_any()
    return one


_FORMS: dict[str, Callable[[VisitCard], tuple[Any, Read]]] = {
    corrections.SPECIMEN: _specimen,
    corrections.UNDO: _take_away,
    corrections.VOID: _take_away,
    corrections.ANSWER: _answer,
    corrections.EXCUSE: _excuse,
    corrections.CORRECT: _correct,
}
