"""The list of goals that the leads of a site keep."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.goals.listed import ListedGoal, check_listed, new_of_starting_list
from cm_tracker.forms.base import choices
from cm_tracker.forms.goals.goals import ButtonForm, ListedGoalForm, RetireForm
from cm_tracker.i18n import gettext, ngettext
from cm_tracker.operations.goals.add_starting_list import add_starting_list
from cm_tracker.operations.goals.retire_listed_goal import retire_listed_goal
from cm_tracker.operations.goals.save_listed_goal import save_listed_goal
from cm_tracker.queries.goals.listed import listed_goal, listed_goals
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("goal_list", __name__)


@blueprint.route("/sites/<id:site_id>/goals", methods=["GET", "POST"])
@allow("goal-list:manage")
def index(site_id: int) -> str | Response | tuple[str, int]:
    """Show the list of a site, and add a goal to it."""
    site = site_of(db.session(), actor(), site_id)
    form = _form()
    if _save(form, site_id, None) is not None:
        flash(gettext("The goal is in the list."))
        return redirect(url_for("goal_list.index", site_id=site_id), 303)
    listed = listed_goals(db.session(), actor(), site_id)
    in_use = [one for one in listed if not one.is_retired]
    return (
        render_template(
            "goals/list.html",
            form=form,
            site=site,
            in_use=in_use,
            retired=[one for one in listed if one.is_retired],
            new=new_of_starting_list(one.title for one in in_use),
            button=ButtonForm(formdata=None),
        ),
        status_of(form),
    )


@blueprint.post("/sites/<id:site_id>/goals/start")
@allow("goal-list:manage")
def start(site_id: int) -> Response:
    """Add the goals of the starting list."""
    site_of(db.session(), actor(), site_id)
    form = ButtonForm()
    if form.validate_on_submit():
        added = add_starting_list(db.session(), site_id=site_id, key=form.key.data, actor=actor(), now=clock.now())
        flash(
            ngettext(
                "%(n)s goal added. Rename or retire what does not fit your clinic.",
                "%(n)s goals added. Rename or retire what does not fit your clinic.",
                added,
            )
        )
    return redirect(url_for("goal_list.index", site_id=site_id), 303)


@blueprint.route("/listed-goals/<id:listed_id>", methods=["GET", "POST"])
@allow("goal-list:manage")
def rename(listed_id: int) -> str | Response | tuple[str, int]:
    """Give a goal of the list other words."""
    goal = listed_goal(db.session(), actor(), listed_id)
    site = site_of(db.session(), actor(), goal.site_id)
    form = _form()
    if form.is_new:
        form.kind.data, form.title.data = goal.kind, goal.title
    if _save(form, site.id, goal) is not None:
        flash(gettext("The goal has its new words. Clients who have it keep the old ones."))
        return redirect(url_for("goal_list.index", site_id=site.id), 303)
    return (
        render_template("goals/rename.html", form=form, site=site, goal=goal, retire=RetireForm(formdata=None)),
        status_of(form),
    )


@blueprint.post("/listed-goals/<id:listed_id>/retire")
@allow("goal-list:manage")
def retire(listed_id: int) -> Response:
    """Take a goal out of the list."""
    goal = listed_goal(db.session(), actor(), listed_id)
    if RetireForm().validate_on_submit():
        retire_listed_goal(db.session(), listed_id=listed_id, actor=actor(), now=clock.now())
        flash(gettext("The goal is out of the list. Clients who have it keep it."))
    return redirect(url_for("goal_list.index", site_id=goal.site_id), 303)


def _form() -> ListedGoalForm:
    form = ListedGoalForm()
    form.kind.choices = choices([("", gettext("Choose the kind")), *labels.goals.KIND_CHOICES])
    return form


def _save(form: ListedGoalForm, site_id: int, goal: ListedGoal | None) -> int | None:
    def save() -> int:
        return save_listed_goal(
            db.session(),
            site_id=site_id,
            listed_id=goal.id if goal else None,
            kind=form.kind.data or "",
            title=form.title.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    return attempt(form, save, lambda: check_listed(form.kind.data or "", form.title.data or "", ()))
