"""Reviews of a client: setting one, saying what became of it, and letting a weekly one repeat."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.goals.reviews import DONE, WEEKLY, check_review, check_way
from cm_tracker.forms.base import choices
from cm_tracker.forms.goals.goals import ButtonForm
from cm_tracker.forms.goals.reviews import NewReviewForm, ReviewForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.goals.note_review import note_review
from cm_tracker.operations.goals.repeat_review import repeat_review
from cm_tracker.operations.goals.set_review import set_review
from cm_tracker.queries.goals.client_goals import GoalsPage, enrollment_of_review, goals_page
from cm_tracker.queries.goals.reviews import ReviewLine, reviews_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("reviews", __name__)


@blueprint.route("/enrollments/<id:enrollment_id>/reviews/new", methods=["GET", "POST"])
@allow("review:change")
def new(enrollment_id: int) -> str | Response | tuple[str, int]:
    """Set a review."""
    page = goals_page(db.session(), actor(), enrollment_id, clock.now())
    if page.is_over:
        flash(gettext("The enrollment has ended. Set the review in the client’s next one."))
        return redirect(url_for("goals.index", enrollment_id=enrollment_id), 303)
    form = NewReviewForm()
    form.kind.choices = choices(labels.goals.REVIEW_CHOICES)
    if form.is_new:
        form.kind.data, form.due_on.data = WEEKLY, page.today
    may_repeat = current_user.may("review:repeat")
    if not may_repeat:
        del form.repeats

    def save() -> int:
        return set_review(
            db.session(),
            enrollment_id=enrollment_id,
            kind=form.kind.data or "",
            due_on=form.due_on.data,
            repeats=may_repeat and form.repeats.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save, lambda: check_review(form.kind.data or "", page.today, page.today, 0)) is not None:
        flash(gettext("The review is set."))
        return redirect(_back(page), 303)
    return render_template("goals/new_review.html", form=form, page=page), status_of(form)


@blueprint.route("/reviews/<id:review_id>", methods=["GET", "POST"])
@allow("review:change")
def show(review_id: int) -> str | Response | tuple[str, int]:
    """Say what became of a review."""
    page, review = _review(review_id)
    if not review.standing.is_open:
        flash(gettext("This review was done or dropped already."))
        return redirect(_back(page), 303)
    form = ReviewForm()
    if form.is_new:
        form.seen.data = review.seen

    def save() -> int:
        return note_review(
            db.session(),
            review_id=review_id,
            way=form.way.data or "",
            due_on=form.due_on.data,
            note=form.note.data or "",
            seen=form.seen.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    def check() -> None:
        check_way(review.standing, form.way.data or "", form.due_on.data, form.note.data or "", page.today)

    if attempt(form, save, check) is not None:
        flash(
            gettext("The review is done.") if form.way.data == DONE else gettext("What became of the review is saved.")
        )
        return redirect(_back(page), 303)
    return (
        render_template("goals/review.html", form=form, page=page, review=review, button=ButtonForm(formdata=None)),
        status_of(form),
    )


@blueprint.post("/reviews/<id:review_id>/repeat")
@allow("review:repeat")
def repeat(review_id: int) -> Response:
    """Let a weekly review repeat, or end that."""
    page, review = _review(review_id)
    form, repeats = ButtonForm(), not review.standing.repeats
    if form.validate_on_submit():
        repeat_review(
            db.session(), review_id=review_id, repeats=repeats, key=form.key.data, actor=actor(), now=clock.now()
        )
        flash(
            gettext("The review comes again every week.")
            if repeats
            else gettext("The review comes no more after this one.")
        )
    return redirect(_back(page), 303)


def _review(review_id: int) -> tuple[GoalsPage, ReviewLine]:
    """Return a review with the page that it stands on. Raise `NotFound` for a review of another site."""
    try:
        page = goals_page(db.session(), actor(), enrollment_of_review(db.session(), review_id), clock.now())
    except NotFound:
        raise NotFound(what="review") from None
    # The page lists the newest ones alone.
    return page, reviews_of(db.session(), page.enrollment_id, review_id)[0]


def _back(page: GoalsPage) -> str:
    return url_for("goals.index", enrollment_id=page.enrollment_id, _anchor="reviews")
