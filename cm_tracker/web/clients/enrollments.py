"""An enrollment's page, and what happens to an enrollment: it ends, is paused, is resumed, or moves."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.visits.settling import Changes
from cm_tracker.forms.base import choices
from cm_tracker.forms.clients import enrollments as event_forms
from cm_tracker.i18n import gettext
from cm_tracker.operations.clients.end_enrollment import end_enrollment
from cm_tracker.operations.clients.move_enrollment import move_enrollment
from cm_tracker.operations.clients.pause_enrollment import pause_enrollment
from cm_tracker.operations.clients.resume_enrollment import resume_enrollment
from cm_tracker.operations.clients.withdraw_event import withdraw_event
from cm_tracker.queries.clients import event_previews
from cm_tracker.queries.clients.agreements import agreement_page
from cm_tracker.queries.clients.enrollment_pages import EnrollmentPage, enrollment_page
from cm_tracker.queries.funding.sources import enrollment_sources, open_sources
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.schedules.schedules import versions
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("enrollments", __name__, url_prefix="/enrollments")

Answer = str | Response | tuple[str, int]


@blueprint.get("/<id:enrollment_id>")
@allow("client:view")
def show(enrollment_id: int) -> str:
    """Show an enrollment: from when to when it ran, what happened to it, and its visits."""
    page = _page(enrollment_id)
    return render_template(
        "clients/enrollment.html",
        page=page,
        agreement=agreement_page(db.session(), actor(), enrollment_id, clock.now()),
        sources=enrollment_sources(db.session(), enrollment_id, page.today),
        has_sources=bool(open_sources(db.session(), page.today)),
    )


@blueprint.route("/<id:enrollment_id>/end", methods=["GET", "POST"])
@allow("client:enroll")
def end(enrollment_id: int) -> Answer:
    """End an enrollment."""
    page, form = _page(enrollment_id), event_forms.EndForm()
    if form.is_new:
        form.last_day.data = page.today
    return _enter(
        "end", page, form, "end_enrollment",
        lambda now: event_previews.preview_end(
            db.session(), actor(), enrollment_id, form.last_day.data, form.reason.data, now
        ),
        lambda **more: end_enrollment(
            db.session(), enrollment_id=enrollment_id, last_day=form.last_day.data, reason=form.reason.data, **more
        ),
        gettext("The enrollment has ended. What the client earned stays."),
    )  # fmt: skip


@blueprint.route("/<id:enrollment_id>/pause", methods=["GET", "POST"])
@allow("client:enroll")
def pause(enrollment_id: int) -> Answer:
    """Pause an enrollment."""
    page, form = _page(enrollment_id), event_forms.PauseForm()
    if form.is_new:
        form.first_day.data = page.today
    return _enter(
        "pause", page, form, "pause_enrollment",
        lambda now: event_previews.preview_pause(
            db.session(), actor(), enrollment_id, form.first_day.data, form.last_day.data, now
        ),
        lambda **more: pause_enrollment(
            db.session(), enrollment_id=enrollment_id, first_day=form.first_day.data, last_day=form.last_day.data, **more
        ),
        gettext("The enrollment is paused. The ladder stays where it is."),
    )  # fmt: skip


@blueprint.route("/<id:enrollment_id>/resume", methods=["GET", "POST"])
@allow("client:enroll")
def resume(enrollment_id: int) -> Answer:
    """Resume a paused enrollment."""
    page, form = _page(enrollment_id), event_forms.ResumeForm()
    if form.is_new:
        form.first_day_back.data = page.today
    return _enter(
        "resume", page, form, "resume_enrollment",
        lambda now: event_previews.preview_resumption(
            db.session(), actor(), enrollment_id, form.first_day_back.data, now
        ),
        lambda **more: resume_enrollment(
            db.session(), enrollment_id=enrollment_id, first_day_back=form.first_day_back.data, **more
        ),
        gettext("The enrollment goes on."),
    )  # fmt: skip


@blueprint.route("/<id:enrollment_id>/move", methods=["GET", "POST"])
@allow("enrollment:move")
def move(enrollment_id: int) -> Answer:
    """Move an enrollment to another version or another schedule."""
    page, form = _page(enrollment_id), event_forms.MoveForm()
    listed = [line for line in versions(db.session(), actor(), page.today) if line.is_in_force(page.today)]
    form.schedule_version_id.choices = choices(
        (line.id, gettext("%(name)s (version %(number)s)", name=line.name, number=line.number))
        for line in listed
        if line.id != page.card.version_id or page.card.has_moved
    )
    if form.is_new:
        form.from_day.data = page.today
    return _enter(
        "move", page, form, "move_enrollment",
        lambda now: event_previews.preview_move(
            db.session(), actor(), enrollment_id, form.schedule_version_id.data, form.from_day.data, now
        ),
        lambda **more: move_enrollment(
            db.session(), enrollment_id=enrollment_id, schedule_version_id=form.schedule_version_id.data,
            from_day=form.from_day.data, **more,
        ),
        gettext("Moved. Earlier visits keep what they earned under the old version."),
    )  # fmt: skip


@blueprint.route("/<id:enrollment_id>/events/<id:event_id>/withdraw", methods=["GET", "POST"])
@allow("enrollment:move")
def withdraw(enrollment_id: int, event_id: int) -> Answer:
    """Withdraw an end, a pause or a move that was entered by mistake."""
    page, form = _page(enrollment_id), event_forms.WithdrawForm()
    if form.is_new and page.event(event_id) is None:
        raise NotFound(what="enrollment")
    return _enter(
        "withdraw", page, form, "withdraw_event",
        lambda now: event_previews.preview_withdrawal(db.session(), actor(), enrollment_id, event_id, now),
        lambda **more: withdraw_event(db.session(), enrollment_id=enrollment_id, event_id=event_id, **more),
        gettext("Withdrawn, as if it had never been entered."),
        event_id=event_id,
    )  # fmt: skip


def _page(enrollment_id: int) -> EnrollmentPage:
    return enrollment_page(db.session(), actor(), enrollment_id, clock.now())


def _enter(
    what: str,
    page: EnrollmentPage,
    form: Any,
    operation: str,
    preview: Callable[..., Changes],
    save: Callable[..., int],
    saved: str,
    event_id: int = 0,
) -> Answer:
    """Show what a form changes, where it changes a visit, and then save exactly that."""
    changes: Changes | None = None

    def run() -> int | None:
        nonlocal changes
        now = clock.now()
        # A form that was sent twice needs no preview: the operation returns its first result again.
        if answer_of(db.session(), operation, form.key.data) is None:
            found = preview(now)
            if found.changes and found.fingerprint != form.shown.data:
                changes = found
                return None
            form.shown.data = found.fingerprint
        return save(note=form.note.data, shown=form.shown.data, key=form.key.data, actor=actor(), now=now)

    if attempt(form, run) is not None:
        flash(saved)
        return redirect(url_for("clients.show", client_id=page.client_id), 303)
    if changes is not None:
        form.shown.data = changes.fingerprint
    status = 200 if changes is not None and not form.errors else status_of(form)
    return (
        render_template(
            "clients/event.html", what=what, page=page, form=form, changes=changes, event=page.event(event_id)
        ),
        status,
    )
