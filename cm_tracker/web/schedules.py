"""Schedules: published versions, presets, and drafts that are edited and published."""

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.charts import ladder_chart
from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound, Problem
from cm_tracker.domain.schedules.json_text import fingerprint, read_json
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.forms import schedules as schedule_forms
from cm_tracker.operations.schedules.discard_draft import discard_draft
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.retire_schedule import retire_schedule
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.schedules.presets import preset, presets
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.schedules.schedules import draft, drafts, newest_version, version_card, versions
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("schedules", __name__, url_prefix="/schedules")


@blueprint.get("")
@allow("schedule:view")
def index() -> str:
    """List the published versions, drafts and presets."""
    may_edit = current_user.may("schedule:edit")
    return render_template(
        "schedules/list.html",
        versions=versions(db.session(), actor()),
        drafts=drafts(db.session()) if may_edit else (),
        presets=presets(),
        form=schedule_forms.DraftActionForm(),
        may_edit=may_edit,
        sites=sites_of(db.session(), actor()) if current_user.may("site:settings") else (),
    )


@blueprint.get("/versions/<id:version_id>")
@allow("schedule:view")
def show(version_id: int) -> str:
    """Show a version: the chart of its ladder, its numbers and its rules."""
    card = version_card(db.session(), actor(), version_id)
    return render_template(
        "schedules/show.html", card=card, form=schedule_forms.DraftActionForm(), **_chart_values(card.line.schedule)
    )


@blueprint.get("/presets/<name>")
@allow("schedule:view")
def show_preset(name: str) -> str:
    """Show a preset as it would look when published."""
    document = preset(name)
    if document is None:
        raise NotFound(what="preset")
    return render_template(
        "schedules/show_preset.html",
        name=name,
        form=schedule_forms.DraftActionForm(),
        point_value=point_value(db.session()),
        **_chart_values(parse(document)),
    )


@blueprint.post("/drafts")
@allow("schedule:edit")
def create() -> Response:
    """Create a draft from a preset, from a version, or blank."""
    source = request.form
    if name := source.get("preset"):
        document = preset(name)
        if document is None:
            raise NotFound(what="preset")
    elif version_id := source.get("version", type=int):
        document = version_card(db.session(), actor(), version_id).document
    else:
        # What a blank schedule pays is an example: it is not converted.
        document = {**schedule_forms.BLANK, "point_value_cents": point_value(db.session())}
    draft_id = save_draft(db.session(), document=document, actor=actor(), now=clock.now())
    return redirect(url_for("schedules.edit", draft_id=draft_id), 303)


@blueprint.route("/drafts/<id:draft_id>", methods=["GET", "POST"])
@allow("schedule:edit")
def edit(draft_id: int) -> str | Response:
    """Edit a draft. Every button saves; the page then shows the problems and the chart of the saved draft."""
    line = draft(db.session(), draft_id)
    form = schedule_forms.DraftActionForm()
    if form.validate_on_submit():
        action = request.form.get("action", "save")
        document = schedule_forms.apply_action(_document_in(request.form), action)
        save_draft(
            db.session(),
            document=document,
            actor=actor(),
            now=clock.now(),
            draft_id=draft_id,
            shown=form.shown.data or "",
        )
        return redirect(url_for("schedules.edit", draft_id=draft_id), 303)
    if "kept_fields" in g:
        line = replace(line, document=_document_in(g.kept_fields))
    else:
        form.shown.data = fingerprint(line.document)
    if not schedule_forms.is_formable(line.document):
        return redirect(url_for("schedules.edit_document", draft_id=draft_id))
    found = draft_problems(line.document, point_value(db.session()))
    return render_template(
        "schedules/edit.html",
        line=line,
        form=form,
        document=line.document,
        problems=found,
        at=_by_path(found),
        **({} if found else _chart_values(parse(line.document))),
    )


@blueprint.route("/drafts/<id:draft_id>/document", methods=["GET", "POST"])
@allow("schedule:edit")
def edit_document(draft_id: int) -> str | Response | tuple[str, int]:
    """Edit a draft as JSON text."""
    line = draft(db.session(), draft_id)
    form = schedule_forms.DocumentForm()
    if form.is_new:
        form.document.data = json.dumps(line.document, indent=2, ensure_ascii=False)
        form.shown.data = fingerprint(line.document)
    saved = attempt(
        form,
        lambda: save_draft(
            db.session(),
            document=read_json(form.document.data),
            actor=actor(),
            now=clock.now(),
            draft_id=draft_id,
            shown=form.shown.data or "",
        ),
    )
    if saved is not None:
        return redirect(url_for("schedules.edit_document", draft_id=draft_id), 303)
    return (
        render_template(
            "schedules/edit_document.html",
            line=line,
            form=form,
            problems=draft_problems(line.document, point_value(db.session())),
            is_formable=schedule_forms.is_formable(line.document),
        ),
        status_of(form),
    )


@blueprint.route("/drafts/<id:draft_id>/publish", methods=["GET", "POST"])
@allow("schedule:publish")
def publish(draft_id: int) -> str | Response | tuple[str, int]:
    """Show a draft once more and publish it. A published version never changes."""
    form = schedule_forms.PublishForm()
    if form.is_submitted() and (published := answer_of(db.session(), "publish_schedule", form.key.data or "")):
        return redirect(url_for("schedules.show", version_id=published), 303)
    line = draft(db.session(), draft_id)
    if draft_problems(line.document, point_value(db.session())):
        return redirect(url_for("schedules.edit", draft_id=draft_id))
    schedule = parse(line.document)
    if form.is_new:
        form.shown.data = fingerprint(line.document)

    version_id = attempt(
        form,
        lambda: publish_schedule(
            db.session(),
            document=line.document,
            reason=form.reason.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
            draft_id=draft_id,
            shown=form.shown.data or "",
        ),
    )
    earlier = [v for v in versions(db.session(), actor()) if v.name == schedule.name]
    if version_id is not None:
        if earlier[0].is_retired:
            flash("Published. The schedule is retired: it takes no new enrollment until you bring it back.")
        else:
            flash("Published. New enrollments can use it; running enrollments keep their version.")
        return redirect(url_for("schedules.show", version_id=version_id), 303)
    return (
        render_template("schedules/publish.html", line=line, form=form, earlier=earlier, **_chart_values(schedule)),
        status_of(form),
    )


@blueprint.route("/<id:schedule_id>/<any(retire, reopen):way>", methods=["GET", "POST"])
@allow("schedule:publish")
def retire(schedule_id: int, way: str) -> str | Response | tuple[str, int]:
    """Retire a schedule, so that it takes no new enrollment, or bring it back."""
    line = newest_version(db.session(), actor(), schedule_id)
    is_retired = way == "retire"
    form = schedule_forms.RetireForm()
    changed = attempt(
        form,
        lambda: retire_schedule(
            db.session(),
            schedule_id=schedule_id,
            is_retired=is_retired,
            reason=form.reason.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if changed is not None:
        flash("The schedule is retired." if is_retired else "The schedule takes new enrollments again.")
        return redirect(url_for("schedules.index"), 303)
    return render_template("schedules/retire.html", line=line, form=form, is_retired=is_retired), status_of(form)


@blueprint.post("/drafts/<id:draft_id>/discard")
@allow("schedule:edit")
def discard(draft_id: int) -> Response:
    """Delete a draft."""
    shown = request.form.get("shown", "")
    discard_draft(db.session(), draft_id=draft_id, shown=shown, actor=actor(), now=clock.now())
    flash("The draft is deleted.")
    return redirect(url_for("schedules.index"), 303)


def _document_in(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return the document that the fields of the editor say."""
    return schedule_forms.document_from(sent, {name: sent.getlist(name) for name in sent})


def _chart_values(schedule: Schedule) -> dict[str, Any]:
    return {
        "schedule": schedule,
        "charts": [ladder_chart(schedule, track) for track in schedule.tracks],
        "most": most_earned(schedule),
    }


def _by_path(found: tuple[Problem, ...]) -> dict[str, Any]:
    """Return the first problem of each field, by the field's path."""
    sentences: dict[str, Any] = {}
    for problem in found:
        sentences.setdefault(problem.path, problem.says)
    return sentences
