"""What a member of staff has learned, and how sessions of theirs were led."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.fidelity.competence import NAMES
from cm_tracker.domain.fidelity.training import due_on, lacks
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.fidelity import UNSEEN, RatingForm, TrainingForm, WithdrawTrainingForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.fidelity.rate_session import rate_session
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.operations.fidelity.withdraw_training import withdraw_training
from cm_tracker.queries.fidelity.sessions import session_rating, sessions_of
from cm_tracker.queries.fidelity.training import learned_by, months_at, training_of, trainings_of
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.staff.staff import StaffLine, staff_line
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("people", __name__)


@blueprint.get("/staff/<id:staff_id>/training")
@allow("training:view")
def show(staff_id: int) -> str:
    """Show what somebody at the reader's sites has learned, and how their sessions were rated."""
    return _page(staff_line(db.session(), actor(), staff_id), is_own=False)


@blueprint.get("/account/training")
@allow("account:own")
def own() -> str:
    """Show the reader's own training and sessions."""
    return _page(None, is_own=True)


def _page(line: StaffLine | None, *, is_own: bool) -> str:
    staff_id = line.id if line else current_user.person.staff_id
    trainings = trainings_of(db.session(), staff_id)
    roles = line.roles if line else current_user.person.roles
    learned = learned_by(db.session(), [staff_id]).get(staff_id, {})
    months = months_at(db.session(), staff_id)
    return render_template(
        "fidelity/person.html",
        staff_id=staff_id,
        name=line.display_name if line else current_user.person.display_name,
        is_own=is_own,
        trainings=trainings,
        lacks=lacks(roles, learned, months, current_user.today),
        due={subject: due_on(day, months[subject]) for subject, day in learned.items()},
        # Oldest first, so that of each subject the newest record stays.
        newest={one.subject: one.id for one in reversed(trainings) if not one.is_withdrawn},
        sessions=sessions_of(db.session(), actor(), staff_id),
    )


@blueprint.route("/staff/<id:staff_id>/training/new", methods=["GET", "POST"])
@allow("training:record")
def train(staff_id: int) -> str | Response | tuple[str, int]:
    """Record what somebody has learned."""
    line = staff_line(db.session(), actor(), staff_id)
    form = TrainingForm()
    if form.is_new:
        form.trained_on.data = current_user.today
    saved = attempt(
        form,
        lambda: record_training(
            db.session(),
            person_id=staff_id,
            subjects=form.subjects.data or (),
            trained_on=form.trained_on.data,
            note=form.note.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("The training is recorded."))
        return redirect(url_for("people.show", staff_id=staff_id), 303)
    return render_template("fidelity/new_training.html", form=form, line=line), status_of(form)


@blueprint.route("/trainings/<id:training_id>/withdraw", methods=["GET", "POST"])
@allow("training:record")
def withdraw(training_id: int) -> str | Response | tuple[str, int]:
    """Say that a record of a training does not hold."""
    training = training_of(db.session(), actor(), training_id)
    line = staff_line(db.session(), actor(), training.person_id)
    form = WithdrawTrainingForm()
    saved = attempt(
        form,
        lambda: withdraw_training(
            db.session(),
            training_id=training_id,
            why=form.note.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("The record is withdrawn. It stays on the page, with your reason."))
        return redirect(url_for("people.show", staff_id=training.person_id), 303)
    page = render_template("fidelity/withdraw_training.html", form=form, line=line, training=training)
    return page, status_of(form)


@blueprint.route("/staff/<id:staff_id>/sessions/new", methods=["GET", "POST"])
@allow("session:rate")
def rate(staff_id: int) -> str | Response | tuple[str, int]:
    """Rate a session that the reader sat in on. `?corrects=` names the rating that this one replaces."""
    line = staff_line(db.session(), actor(), staff_id)
    form = RatingForm()
    sites = [site for site in sites_of(db.session(), actor()) if site.id in line.site_ids]
    form.site_id.choices = choices((site.id, site.name) for site in sites)
    if form.is_new:
        _begin(form, [site.id for site in sites])
    saved = attempt(
        form,
        lambda: rate_session(
            db.session(),
            person_id=staff_id,
            site_id=form.site_id.data,
            client_code=form.client_code.data or "",
            session_on=form.session_on.data,
            ratings=form.ratings,
            note=form.note.data or "",
            replaces_id=id_in(form.replaces.data),
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("The session is rated. %(name)s can read it now.", name=line.display_name))
        return redirect(url_for("people.show", staff_id=staff_id), 303)
    return render_template("fidelity/new_rating.html", form=form, line=line), status_of(form)


def _begin(form: RatingForm, site_ids: list[int]) -> None:
    """Fill in today and the only site, or the rating that is corrected."""
    form.session_on.data = current_user.today
    if len(site_ids) == 1:
        form.site_id.data = site_ids[0]
    if (rating_id := id_in(request.args.get("corrects"))) is None:
        return
    old = session_rating(db.session(), actor(), rating_id)
    form.replaces.data, form.session_on.data, form.site_id.data = str(old.id), old.session_on, old.site_id
    form.client_code.data, form.note.data = old.client_code or "", old.note or ""
    for name in NAMES:
        value = old.ratings.get(name)
        form[f"item_{name}"].data = UNSEEN if value is None else str(value)
