"""Slips of community meetings: taking one, and deciding about it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import AllRefusals, NotFound
from cm_tracker.domain.goals.slips import ACCEPTED, check_decision, check_slip
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.goals.slips import LATER, DecisionForm, SlipForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.goals.decide_slip import decide_slip
from cm_tracker.operations.goals.hand_in_slip import hand_in_slip
from cm_tracker.queries.goals.client_goals import GoalsPage, community_meetings, enrollment_of_slip, goals_page
from cm_tracker.queries.goals.slips import SlipLine, slips_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, day_in_url, status_of

blueprint = Blueprint("meeting_slips", __name__)


@blueprint.route("/enrollments/<id:enrollment_id>/slips/new", methods=["GET", "POST"])
@allow("slip:decide")
def new(enrollment_id: int) -> str | Response | tuple[str, int]:
    """Take a slip, and decide about it at once or later."""
    page = goals_page(db.session(), actor(), enrollment_id, clock.now())
    meetings = community_meetings(db.session(), actor(), page.site_id)
    form = SlipForm()
    form.service_id.choices = choices([(str(one.id), one.name) for one in meetings])
    if form.is_new:
        form.on_day.data = day_in_url() or page.today
        form.service_id.data = request.args.get("service", "")

    def save() -> int:
        decision = form.decision.data or ""
        return hand_in_slip(
            db.session(),
            enrollment_id=enrollment_id,
            service_id=id_in(form.service_id.data) or 0,
            on_day=form.on_day.data,
            time_of_day=form.time_of_day.data,
            meeting=form.meeting.data or "",
            signer=form.signer.data or "",
            decision=None if decision == LATER else decision,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    def check() -> None:
        refusals = AllRefusals()
        with refusals:
            day, words = form.on_day.data or page.today, (form.meeting.data or "", form.signer.data or "")
            check_slip(day, page.today, *words, is_known=False)
        with refusals:
            if form.decision.data != LATER:
                check_decision(form.decision.data or "", form.reason.data or "", None)
        refusals.raise_any()

    slip_id = attempt(form, save, check)
    if slip_id is not None:
        return _answer(page, slip_id)
    return render_template("goals/new_slip.html", form=form, page=page, meetings=meetings), status_of(form)


@blueprint.route("/slips/<id:slip_id>", methods=["GET", "POST"])
@allow("slip:decide")
def show(slip_id: int) -> str | Response | tuple[str, int]:
    """Show a slip, and decide about it."""
    page, slip = _slip(slip_id)
    form = DecisionForm()

    def save() -> bool:
        decide_slip(
            db.session(),
            slip_id=slip_id,
            decision=form.decision.data or "",
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )
        return True

    if attempt(form, save):
        return _answer(page, slip_id)
    return render_template("goals/slip.html", form=form, page=page, slip=slip), status_of(form)


def _answer(page: GoalsPage, slip_id: int) -> Response:
    """Go to the page that says what a slip earned, or back to the slips."""
    slip = slips_of(db.session(), page.enrollment_id, slip_id)[0]
    if slip.visit_id is not None:
        return redirect(url_for("visits.show", visit_id=slip.visit_id), 303)
    if slip.decision is None:
        flash(gettext("The slip is saved. It waits until somebody decides about it."))
    elif slip.decision == ACCEPTED:
        flash(gettext("The slip is accepted. It earns nothing more."))
    else:
        flash(gettext("The slip is not accepted. Nothing is recorded."))
    return redirect(url_for("goals.index", enrollment_id=page.enrollment_id, _anchor="slips"), 303)


def _slip(slip_id: int) -> tuple[GoalsPage, SlipLine]:
    """Return a slip with the page that it stands on. Raise `NotFound` for a slip of another site."""
    try:
        page = goals_page(db.session(), actor(), enrollment_of_slip(db.session(), slip_id), clock.now())
    except NotFound:
        raise NotFound(what="slip") from None
    return page, slips_of(db.session(), page.enrollment_id, slip_id)[0]
