"""Enter the hours of a program week, for a track that counts them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n, labels
from cm_tracker.db import db
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import AllRefusals, BadInput, NotFound, Refused, WeekHasHours
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.consequences import OF_HOURS, Consequence
from cm_tracker.domain.visits.evidence import NewVisit, outcome_of
from cm_tracker.domain.visits.hours import check_plausible
from cm_tracker.domain.visits.settling import Preview
from cm_tracker.forms.visits.hours import HoursForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import EnrolledClient, enrolled_client
from cm_tracker.queries.clients.enrollment_cards import TrackState
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.visits.previews import outlook, preview_visit
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.visits.entered import entered

blueprint = Blueprint("hours", __name__)


@blueprint.route("/enrollments/<id:enrollment_id>/<int(max=99):number>/hours/new", methods=["GET", "POST"])
@allow("visit:record")
def new(enrollment_id: int, number: int) -> Response | tuple[str, int]:
    """Enter the hours of a week that is over. Show what they earn before they are saved, if that is asked for.

    Hours that change later visits are shown with those changes in any case. The newest week without hours is chosen
    first, or the one that the URL names by its number.
    """
    card = enrolled_client(db.session(), actor(), enrollment_id, clock.now())
    if number >= len(card.enrollment.tracks) or card.enrollment.tracks[number].track.evidence != "hours":
        raise NotFound(what="track")
    line = card.enrollment.tracks[number]
    form = HoursForm()
    form.offer((one.last_day, labels.hours.week(one)) for one in line.weeks)
    if form.is_new and line.weeks:
        asked = request.args.get("week", type=int)
        chosen = next((one for one in line.weeks if one.week == asked), line.weeks[0])
        form.week.data = chosen.last_day.isoformat()
    changes: Preview | None = None

    def save() -> int | None:
        nonlocal changes
        visit = _read(form, line.track)
        # A form that was sent twice needs no preview: the operation returns its first result again.
        if answer_of(db.session(), "record_visit", form.key.data) is None:
            changes = _changes(card, visit, always=bool(form.again.data or form.shown.data))
            if changes is not None and (changes.fingerprint != form.shown.data or form.again.data):
                return None
        return record_visit(
            db.session(),
            enrollment_id=enrollment_id,
            visit=visit,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
            shown=changes.fingerprint if changes else None,
        )

    visit_id = attempt(form, save, check=lambda: outcome_of(line.track, form.hours))
    if visit_id is not None:
        return redirect(url_for("visits.show", visit_id=visit_id), 303)
    return _page(form, card, number, changes)


def _read(form: HoursForm, track: Track) -> NewVisit:
    try:
        day = parse_day(form.week.data)
    except BadInput:
        raise BadInput("Choose the week.", "week") from None
    refusals = AllRefusals()
    with refusals:
        outcome_of(track, form.hours)
    with refusals:
        if not form.is_confirmed:
            check_plausible(form.hours)
    refusals.raise_any()
    return NewVisit(track.behavior, day, form.hours, note=form.note.data)


def _changes(card: EnrolledClient, visit: NewVisit, *, always: bool) -> Preview | None:
    """Return what to show before the hours are saved, or None where nothing has to be shown."""
    is_late = any(line.visit.happened_on >= visit.happened_on for line in card.enrollment.visits[:1])
    if not is_late and not always:
        return None
    return preview_visit(db.session(), actor(), card.enrollment.id, visit, clock.now(), always=always)


def _page(form: HoursForm, card: EnrolledClient, number: int, changes: Preview | None) -> tuple[str, int]:
    line = card.enrollment.tracks[number]
    refusal = getattr(form, "refusal", None)
    is_shown = changes is not None and refusal is None
    is_different = is_shown and bool(form.shown.data) and not form.again.data
    # The button saves only the changes that the page shows.
    form.shown.data = changes.fingerprint if changes is not None and is_shown else ""
    first = refusal.visit_id if isinstance(refusal, WeekHasHours) else None
    moved = {unit: changes.to_client(unit) for unit in changes.units} if changes is not None else {}
    said: tuple[Consequence, ...] = ()
    chosen = next((one for one in line.weeks if one.last_day.isoformat() == form.week.data), None)
    if chosen is not None and not is_shown:
        try:
            said = outlook(
                db.session(), actor(), card.enrollment.id, line.track, chosen.last_day, OF_HOURS, clock.now()
            ).consequences
        except Refused as refused:
            form.say(refused.message(i18n), "week")
    page = render_template(
        "visits/hours.html",
        form=form,
        card=card,
        line=line,
        track=line.track,
        number=number,
        chosen=chosen,
        first=first,
        changes=changes,
        is_shown=is_shown,
        facts=entered(form) if changes is not None else (),
        is_different=is_different,
        is_late=changes is not None and bool(changes.others(0)),
        button=labels.corrections.save_button(gettext("Save the hours"), moved),
        consequences=said,
        nothing=_nothing(line, card),
    )
    return page, 200 if is_shown else 409 if first else status_of(form)


def _nothing(line: TrackState, card: EnrolledClient) -> str:
    """Return why there is no week to enter, or an empty text."""
    if line.weeks:
        return ""
    enrollment = card.enrollment
    return labels.hours.nothing_to_enter(
        enrollment.span.timeline.last_day_of(enrollment.week) if enrollment.is_running else None
    )
