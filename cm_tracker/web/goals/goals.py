"""A client's goals: the page with goals, reviews and slips, and what staff do with a goal."""

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.goals.goals import check_due_day, check_goal
from cm_tracker.forms.base import choices
from cm_tracker.forms.goals.goals import (
    NOTHING,
    OWN_WORDS,
    DropForm,
    GoalForm,
    MeetForm,
    MoveGoalForm,
    StepForm,
    TickForm,
)
from cm_tracker.i18n import gettext
from cm_tracker.operations.goals.add_step import add_step
from cm_tracker.operations.goals.drop_goal import drop_goal
from cm_tracker.operations.goals.meet_goal import meet_goal
from cm_tracker.operations.goals.move_goal import move_goal
from cm_tracker.operations.goals.set_goal import set_goal
from cm_tracker.operations.goals.tick_step import tick_step
from cm_tracker.queries.goals.client_goals import GoalsPage, enrollment_of_goal, goals_page, goals_to_choose
from cm_tracker.queries.goals.goals import GoalLine
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("goals", __name__)

FIRST_DUE = timedelta(days=14)
"""A new goal is due so long after today, unless staff say another day."""


@blueprint.get("/enrollments/<id:enrollment_id>/goals")
@allow("goal:view")
def index(enrollment_id: int) -> str:
    """Show the goals, reviews and slips of an enrollment."""
    return _index(_page(enrollment_id))


@blueprint.route("/enrollments/<id:enrollment_id>/goals/new", methods=["GET", "POST"])
@allow("goal:change")
def new(enrollment_id: int) -> str | Response | tuple[str, int]:
    """Set a goal."""
    page = _page(enrollment_id)
    if page.is_over:
        flash(gettext("The enrollment has ended. Set the goal in the client’s next one."))
        return redirect(url_for("goals.index", enrollment_id=enrollment_id), 303)
    form = GoalForm()
    listed = goals_to_choose(db.session(), actor(), page.site_id)
    form.listed_id.choices = choices(
        [
            ("", gettext("Choose a goal")),
            *((str(one.id), f"{labels.goals.KIND_NAMES[one.kind]}: {one.title}") for one in listed),
            (OWN_WORDS, gettext("In own words")),
        ]
    )
    form.kind.choices = choices([("", gettext("Choose the kind")), *labels.goals.KIND_CHOICES])
    form.behavior.choices = choices(
        [*((one.track.behavior, labels.goals.earns(one)) for one in page.tracks), (NOTHING, gettext("Nothing"))]
    )
    if form.is_new:
        form.due_on.data = page.today + FIRST_DUE
        form.behavior.data = page.tracks[0].track.behavior if page.tracks else NOTHING
        form.listed_id.data = "" if listed else OWN_WORDS
    kinds = {str(one.id): (one.kind, one.title) for one in listed}
    own = (form.kind.data or "", form.title.data or "")

    def save() -> int:
        return set_goal(
            db.session(),
            enrollment_id=enrollment_id,
            kind=form.kind.data or "",
            title=form.title.data or "",
            listed_id=form.listed,
            steps=form.lines,
            due_on=form.due_on.data,
            behavior=form.behavior.data or None,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    def check() -> None:
        kind, title = kinds.get(str(form.listed_id.data), own)
        due_on: date = form.due_on.data or page.today
        check_goal(kind, title, form.lines, due_on, page.today, is_track_known=True, goals=0)

    if attempt(form, save, check) is not None:
        flash(gettext("The goal is set."))
        return redirect(url_for("goals.index", enrollment_id=enrollment_id), 303)
    return render_template("goals/new_goal.html", form=form, page=page, listed=listed), status_of(form)


@blueprint.post("/goals/<id:goal_id>/steps")
@allow("goal:change")
def tick(goal_id: int) -> Response | tuple[str, int]:
    """Tick a step, or take its tick away."""
    page, goal = _goal(goal_id)
    form = TickForm()

    def save() -> int:
        return tick_step(
            db.session(),
            goal_id=goal_id,
            step_id=form.step_id,
            is_done=form.is_done,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save) is None:
        return _index(page, form, goal), 422
    return redirect(_at(page, goal), 303)


@blueprint.post("/goals/<id:goal_id>/steps/new")
@allow("goal:change")
def more(goal_id: int) -> Response | tuple[str, int]:
    """Add a step to a goal."""
    page, goal = _goal(goal_id)
    form = StepForm()

    def save() -> int:
        return add_step(
            db.session(),
            goal_id=goal_id,
            words=form.step.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save) is None:
        return _index(page, form, goal), 422
    return redirect(_at(page, goal), 303)


@blueprint.route("/goals/<id:goal_id>/meet", methods=["GET", "POST"])
@allow("goal:meet")
def meet(goal_id: int) -> str | Response | tuple[str, int]:
    """Say that a goal is met. After an award, go to the page that says what was earned."""
    page, goal = _goal(goal_id)
    if not goal.standing.is_open:
        return _is_settled(page, goal)
    form, track = MeetForm(), page.track_of(goal)
    form.is_paid.choices = choices(
        [("yes", labels.goals.earns(track)), ("no", gettext("Nothing"))] if track else [("no", "")]
    )
    if form.is_new:
        form.on_day.data, form.seen.data = page.today, goal.seen
    visit_id: int | None = None

    def save() -> bool:
        nonlocal visit_id
        visit_id = meet_goal(
            db.session(),
            goal_id=goal_id,
            on_day=form.on_day.data,
            evidence=form.evidence.data or "",
            is_paid=form.is_paid.data != "no",
            seen=form.seen.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )
        return True

    def check() -> None:
        if not (form.evidence.data or "").strip():
            raise BadInput("Write what you saw that shows it: a letter, a certificate, a call.", "evidence")

    if attempt(form, save, check):
        if visit_id is not None:
            return redirect(url_for("visits.show", visit_id=visit_id), 303)
        flash(gettext("The goal is met. It earns nothing."))
        return redirect(_at(page, goal), 303)
    return render_template("goals/meet.html", form=form, page=page, goal=goal, track=track), status_of(form)


@blueprint.route("/goals/<id:goal_id>/move", methods=["GET", "POST"])
@allow("goal:change")
def move(goal_id: int) -> str | Response | tuple[str, int]:
    """Move the due day of a goal."""
    page, goal = _goal(goal_id)
    if not goal.standing.is_open:
        return _is_settled(page, goal)
    form = MoveGoalForm()
    if form.is_new:
        form.due_on.data, form.seen.data = max(goal.standing.due_on, page.today), goal.seen

    def save() -> int:
        return move_goal(
            db.session(),
            goal_id=goal_id,
            due_on=form.due_on.data,
            note=form.note.data or "",
            seen=form.seen.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save, lambda: check_due_day(form.due_on.data or page.today, page.today)) is not None:
        flash(gettext("The due day is moved."))
        return redirect(_at(page, goal), 303)
    return render_template("goals/move.html", form=form, page=page, goal=goal), status_of(form)


@blueprint.route("/goals/<id:goal_id>/drop", methods=["GET", "POST"])
@allow("goal:change")
def drop(goal_id: int) -> str | Response | tuple[str, int]:
    """Drop a goal, with a reason."""
    page, goal = _goal(goal_id)
    if not goal.standing.is_open:
        return _is_settled(page, goal)
    form = DropForm()
    if form.is_new:
        form.seen.data = goal.seen

    def save() -> int:
        return drop_goal(
            db.session(),
            goal_id=goal_id,
            reason=form.reason.data or "",
            seen=form.seen.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    if attempt(form, save) is not None:
        flash(gettext("The goal is dropped. It stays on this page with the reason."))
        return redirect(_at(page, goal), 303)
    return render_template("goals/drop.html", form=form, page=page, goal=goal), status_of(form)


def _page(enrollment_id: int) -> GoalsPage:
    return goals_page(db.session(), actor(), enrollment_id, clock.now())


def _goal(goal_id: int) -> tuple[GoalsPage, GoalLine]:
    """Return a goal with the page that it stands on. Raise `NotFound` for a goal of another site."""
    try:
        page = _page(enrollment_of_goal(db.session(), goal_id))
    except NotFound:
        raise NotFound(what="goal") from None
    goal = next((one for one in page.goals if one.id == goal_id), None)
    if goal is None:
        raise NotFound(what="goal")
    return page, goal


def _index(page: GoalsPage, form: StepForm | TickForm | None = None, goal: GoalLine | None = None) -> str:
    """Return the page of goals. `form` is one that was refused for a goal."""
    return render_template(
        "goals/index.html",
        page=page,
        refused=form if form is not None and form.errors else None,
        refused_goal=goal,
        step_form=form if isinstance(form, StepForm) else StepForm(formdata=None),
        button=TickForm(formdata=None),
    )


def _at(page: GoalsPage, goal: GoalLine) -> str:
    return url_for("goals.index", enrollment_id=page.enrollment_id, _anchor=f"goal-{goal.id}")


def _is_settled(page: GoalsPage, goal: GoalLine) -> Response:
    """Go back to the goals where one was met or dropped already: by a colleague, or by the same form sent twice."""
    settled = goal.settled
    if settled is not None and settled.visit_id is not None:
        return redirect(url_for("visits.show", visit_id=settled.visit_id), 303)
    flash(gettext("This goal was met or dropped already."))
    return redirect(_at(page, goal), 303)
