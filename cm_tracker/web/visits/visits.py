"""Record a visit, and show what it earned."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import after_sentences, clock, i18n, labels, sentences
from cm_tracker.charts import reading_chart
from cm_tracker.db import db
from cm_tracker.domain.errors import AllRefusals, BadInput, NotAllowed, NotFound, Refused, SameSpecimen, SameVisit
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits import consequences, evidence, specimens
from cm_tracker.domain.visits.evidence import NewVisit, clean_specimen_id
from cm_tracker.domain.visits.panels import outcome_of_specimen
from cm_tracker.domain.visits.settling import Preview
from cm_tracker.forms.visits import visits as visit_forms
from cm_tracker.i18n import language, using_language
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import VisitPlace, enrolled_client, visit_place
from cm_tracker.queries.clients.transfers import client_who_left
from cm_tracker.queries.day.after_visits import AfterVisit, after_visit
from cm_tracker.queries.day.closed_day_pages import closed_lately
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.visits.previews import Outlook, outlook, preview_visit
from cm_tracker.queries.visits.reward_minutes import reward_time
from cm_tracker.queries.visits.visits import VisitCard, visit_card
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, day_in_url, status_of
from cm_tracker.web.visits.entered import entered
from cm_tracker.web.visits.limit_of_form import say_limit
from cm_tracker.web.visits.panel_of_form import PanelOfForm, fields_sent

blueprint = Blueprint("visits", __name__)


@blueprint.route("/enrollments/<id:enrollment_id>/<int(max=99):number>/visits/new", methods=["GET", "POST"])
@allow("test:record")
def new(enrollment_id: int, number: int) -> str | Response | tuple[str, int]:
    """Record that the client came.

    The URL names the enrollment, so a form that was open while the client got a new enrollment still records for the
    old one. It names the track by its number, because the name of a behavior must not appear in a URL. A
    track of hours has a form of its own.
    """
    place, track = _place_and_track(enrollment_id, number)
    if track.evidence == "hours":
        return redirect(url_for("hours.new", enrollment_id=enrollment_id, number=number), 303)
    is_test = track.is_test
    if not is_test and not current_user.may("visit:record"):
        raise NotAllowed(roles=current_user.person.roles)
    panel = PanelOfForm.of(place, track)
    sent = fields_sent()
    has_second = "both" in sent or visit_forms.TWO in (sent.get("specimens"), request.args.get("specimens"))
    form = (
        visit_forms.recording_form(track, panel.strips, has_second=has_second) if is_test else visit_forms.PresenceForm
    )()
    panel.prepare(form)
    if has_second and is_test:
        form.keep_observed(sent.get("observed"))
    read: Read = (lambda form, place, track: _test(form, place, track, panel)) if is_test else _presence
    if form.is_new:
        form.happened_on.data = day_in_url() or place.today
        now = clock.now().astimezone(clock.zone(place.time_zone)).time().replace(second=0, microsecond=0)
        if (
            form.happened_on.data == place.today and track.evidence != "activity"
        ):  # a goal is often finished at another time than that of the visit
            (form.collected_time if is_test else form.came_at).data = now
            form.shown_time.data = now.strftime("%H:%M")
    return _enter("visits/test.html" if is_test else "visits/presence.html", form, place, number, read, panel)


@blueprint.route("/enrollments/<id:enrollment_id>/<int(max=99):number>/absences/new", methods=["GET", "POST"])
@allow("visit:record")
def absent(enrollment_id: int, number: int) -> str | Response | tuple[str, int]:
    """Record that the client did not come. A track of hours has a form for the whole week instead."""
    place, track = _place_and_track(enrollment_id, number)
    if track.evidence == "hours":
        return redirect(url_for("hours.new", enrollment_id=enrollment_id, number=number), 303)
    form = visit_forms.GoalNotDoneForm() if track.evidence == "activity" else visit_forms.AbsenceForm()
    if form.is_new:
        form.happened_on.data = place.today
    return _enter("visits/absence.html", form, place, number, _absence)


@blueprint.get("/visits/<id:visit_id>")
@allow("visit:own")
def show(visit_id: int) -> str | Response:
    """Show what staff say after a visit: what it earned, why, when the next one is, and the same in the client's language.

    A site that the client has left reads it on the client's page.
    """
    try:
        card = visit_card(db.session(), actor(), visit_id, clock.now())
    except NotFound:
        client_id = client_who_left(db.session(), actor(), visit_id)
        return redirect(url_for("clients.show", client_id=client_id), 303)
    if not current_user.may("visit:view"):
        return _own_entry(card)
    closed = closed_lately(db.session(), card.client_id, card.visit.happened_on)
    after = after_visit(db.session(), actor(), card, clock.now())
    state = after.state if after is not None else card.state
    in_ours, in_theirs = _said(card, after, closed), None
    if card.language != language() and in_ours is not None:
        with using_language(card.language):
            in_theirs = _said(card, after, closed)
    return render_template(
        "visits/show.html",
        card=card,
        after=after,
        state=state,
        said=in_ours,
        translated=in_theirs,
        time=reward_time(
            db.session(),
            [record.visit for record in reversed(card.records)],
            enrollment_id=card.enrollment_id,
            client_id=card.client_id,
            site_id=card.site_id,
            zone=card.time_zone,
        ),
        point_value=point_value(db.session()),
        now=clock.now(),
        readings=reading_chart(card.readings, card.track),
    )


def _own_entry(card: VisitCard) -> str:
    """Show what a technician entered themselves, without what it earned. Raise `NotAllowed` for an entry of others."""
    check_own_entry(card)
    return render_template("visits/entered.html", card=card)


def check_own_entry(card: VisitCard) -> None:
    """Raise `NotAllowed` for a visit of somebody else, unless the reader sees all visits."""
    if not current_user.may("visit:view") and card.records[0].visit.staff_id != current_user.person.staff_id:
        raise NotAllowed(roles=current_user.person.roles)


def _closed(closed: date | None) -> tuple[str, ...]:
    """Return that the clinic was closed shortly before a visit, if the client was excused for that."""
    return (sentences.closed_on(closed),) if closed is not None else ()


class Said(NamedTuple):
    """What is said of a visit: what it earned and why, and what staff say to the client then."""

    why: tuple[str, ...]
    to_say: tuple[str, ...]


def _said(card: VisitCard, after: AfterVisit | None, closed: date | None) -> Said | None:
    """Return what is said of a visit in the current language, None for one that was taken away.

    The number that decided comes first.
    """
    result = card.result
    if result is None:
        return None
    read = sentences.read(card.visit.reading, result, card.track)
    why = sentences.why(result, card.track, is_unusable=card.visit.is_unusable)
    state, comes = (after.state, after.comes) if after is not None else (card.state, None)
    say = after_sentences.to_say(card.preferred_name, result, card.track, state, comes, card.client_zone)
    return Said((read, *why) if read else why, (*say, *_closed(closed)))


Read = Callable[[Any, VisitPlace, Track], NewVisit]


def _place_and_track(enrollment_id: int, number: int) -> tuple[VisitPlace, Track]:
    place = visit_place(db.session(), actor(), enrollment_id, clock.now(), day_in_url())
    if number >= len(place.tracks):
        raise NotFound(what="track")
    return place, place.tracks[number]


def _enter(
    template: str,
    form: visit_forms.DayForm,
    place: VisitPlace,
    number: int,
    read: Read,
    panel: PanelOfForm | None = None,
) -> Response | tuple[str, int]:
    """Record the visit of a form. If it is entered late and changes other visits, show those changes first."""
    track = place.tracks[number]
    changes: Preview | None = None

    def save() -> int | None:
        nonlocal changes
        visit = read(form, place, track)
        is_late = place.newest_on is not None and place.newest_on >= visit.happened_on
        # A form that was sent twice needs no preview: the operation returns its first result again.
        if is_late and answer_of(db.session(), "record_visit", form.key.data) is None:
            changes = preview_visit(db.session(), actor(), place.enrollment_id, visit, clock.now())
            if changes is not None and (changes.fingerprint != form.shown.data or form.again.data):
                return None
        return record_visit(
            db.session(),
            enrollment_id=place.enrollment_id,
            visit=visit,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
            shown=changes.fingerprint if changes else None,
        )

    is_other = panel is not None and panel.asks_again
    visit_id = None if is_other else attempt(form, save, check=lambda: read(form, place, track))
    if visit_id is not None:
        return redirect(url_for("visits.show", visit_id=visit_id), 303)
    refusal = getattr(form, "refusal", None)
    is_late = changes is not None and refusal is None
    is_different = is_late and bool(form.shown.data) and not form.again.data
    # The button saves only the changes that the page shows.
    form.shown.data = changes.fingerprint if changes is not None and is_late else ""
    # If the visit or the specimen is already recorded, the page links to that visit.
    first = refusal.visit_id if isinstance(refusal, SameVisit | SameSpecimen) else None
    status = 200 if is_late or is_other else 409 if first else status_of(form)
    card = enrolled_client(db.session(), actor(), place.enrollment_id, clock.now())
    moved = {unit: changes.to_client(unit) for unit in changes.units} if changes is not None else {}
    day = form.happened_on.data or place.today
    ahead: Outlook | None = None
    hindrance: Refused | None = None
    # What a visit would earn tells what was earned before, so only who sees that is told.
    if current_user.may("visit:view") and (not is_late or track.reading is not None):
        try:
            ahead = outlook(
                db.session(), actor(), place.enrollment_id, track, day, _outcomes_of(form, track), clock.now()
            )
        except Refused as refused:
            hindrance = refused if refusal is None else None
    if ahead is not None:
        say_limit(form, ahead.limit, is_saved_at_once=True)
    page = render_template(
        template,
        form=form,
        card=card,
        track=track,
        number=number,
        first=first,
        changes=changes,
        is_late=is_late,
        facts=entered(form) if changes is not None else (),
        is_different=is_different,
        panel=panel,
        undo_minutes=place.undo_minutes,
        earns=next((one for one in ahead.consequences if one.outcome == outcomes.MET), None) if ahead else None,
        button=labels.corrections.save_button(labels.visits.save(track.evidence, is_absence=read is _absence), moved),
        day=day,
        today=place.today,
        outlook=None if is_late else ahead,
        readings=reading_chart(ahead.readings, ahead.track) if ahead is not None else None,
        hindrance=hindrance.message(i18n) if hindrance is not None else "",
        hindering=hindrance.visit_id if isinstance(hindrance, SameVisit) else None,
    )
    return page, status


def _outcomes_of(form: visit_forms.DayForm, track: Track) -> tuple[str, ...]:
    """Return the outcomes that a visit of a form can have. A number that is read at once is not awaited."""
    if isinstance(form, visit_forms.AbsenceForm):
        return consequences.OF_AN_ABSENCE
    if isinstance(form, visit_forms.PresenceForm):
        return (outcomes.MET,)
    without = (outcomes.DILUTE, outcomes.PENDING) if track.reading is not None and not track.has_cup else ()
    return tuple(outcome for outcome in consequences.OF_A_TEST if outcome not in without)


def _own_time(form: visit_forms.DayForm, place: VisitPlace, name: str) -> time | None:
    """Return the time of the visit. Raise `BadInput` if the day was changed but the prefilled time was not."""
    at: time | None = form[name].data
    if at is not None and form.happened_on.data != place.today and at.strftime("%H:%M") == form.shown_time.data:
        if name == "came_at":
            raise BadInput("You changed the day. Enter the time on that day, too, or leave it empty.", name)
        raise BadInput("You changed the day. Enter the time on that day, too.", name)
    return at


def _test(form: visit_forms.RecordingForm, place: VisitPlace, track: Track, panel: PanelOfForm) -> NewVisit:
    if panel.contradicts:
        raise BadInput("Something is marked that is not negative or not in range. Use “Save, the rest is negative”.")
    day, refusals = form.happened_on.data, AllRefusals()
    given: list[evidence.Specimen] = []
    prefixes = ("", visit_forms.SECOND) if form.has_second else ("",)
    for prefix in prefixes:
        with refusals:
            given.append(_specimen(form, prefix, place, panel, is_checked=len(prefixes) > 1))
    refusals.raise_any()
    visit = specimens.new_visit(track.behavior, day, given)
    return replace(visit, note=form.note.data, collection=panel.collection(form))


def _specimen(
    form: visit_forms.RecordingForm, prefix: str, place: VisitPlace, panel: PanelOfForm, *, is_checked: bool
) -> evidence.Specimen:
    """Return the first or the second specimen of a form. Raise everything that is wrong with it, each at its field.

    The operation checks the evidence, too. With `is_checked`, it is checked here, so that each of two specimens has
    its problems at its own fields.
    """
    day, refusals = form.happened_on.data, AllRefusals()
    one = form.one(prefix)
    reading: int | None = 0  # in place of a number that cannot be read: that has its own sentence
    with refusals:
        reading = form.number(prefix)
    has_temperature = form.temperature and one["specimen"] not in evidence.WITHOUT_TEMPERATURE
    temperature = one["temperature"] or None if has_temperature else None
    collected_time = specimen_id = None
    with refusals:
        if has_temperature and temperature is None:
            raise BadInput("Say whether the temperature was in range, or that it was not read.", f"{prefix}temperature")
    with refusals:
        collected_time = _own_time(form, place, f"{prefix}collected_time")
        if collected_time is None:
            raise BadInput("Enter when it was collected.", f"{prefix}collected_time")
    with _at(refusals, prefix):
        specimen_id = clean_specimen_id(one["specimen_id"] or "") if form.specimen_id else None
    seen = evidence.Test(
        panel.results(form, prefix),
        one["specimen"],
        temperature,
        bool(one["is_disputed"]),
        bool(one["is_observed"]),
        reading,
    )
    specimen = evidence.Specimen(
        seen,
        specimen_id,
        visit_forms.instant(day, collected_time, place.time_zone),
        visit_forms.instant(day, one["read_time"], place.time_zone),
        asked=panel.asked,
        unread=form.unread(prefix),
    )
    if refusals.found or form.errors or is_checked:
        with _at(refusals, prefix):
            outcome_of_specimen(panel.track, specimen)
    refusals.raise_any()
    return specimen


@contextmanager
def _at(refusals: AllRefusals, prefix: str) -> Iterator[None]:
    """Keep what is refused of a specimen, each at the field of the first or the second one."""
    own = AllRefusals()
    with own:
        yield
    for refused in own.found:
        if refused.field is not None:
            refused.field = f"{prefix}{refused.field}"
        with refusals:
            raise refused


def _presence(form: visit_forms.PresenceForm, place: VisitPlace, track: Track) -> NewVisit:
    day = form.happened_on.data
    came_at = visit_forms.instant(day, _own_time(form, place, "came_at"), place.time_zone)
    return NewVisit(track.behavior, day, evidence.Presence(), collected_at=came_at, note=form.note.data)


def _absence(form: visit_forms.AbsenceForm, place: VisitPlace, track: Track) -> NewVisit:
    excuse = None
    if form.is_excused.data == "no" and form.excuse.data:
        raise BadInput("You chose a reason, but the absence is not excused. Change one of the two.", "is_excused")
    if form.is_excused.data == "yes":
        excuse = form.excuse.data
        if not excuse:
            raise BadInput("Choose the reason for the excuse.", "excuse")
        if excuse == "other" and not (form.note.data or "").strip():
            raise BadInput("Enter the reason in the note.", "note")
    return NewVisit(track.behavior, form.happened_on.data, evidence.Absence(excuse), note=form.note.data)
