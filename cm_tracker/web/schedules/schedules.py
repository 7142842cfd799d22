"""Schedules: published versions, presets, and drafts that are edited."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.errors import ChangedMeanwhile, DraftWaits, NotFound
from cm_tracker.domain.money import money_in
from cm_tracker.domain.phrases import said
from cm_tracker.domain.schedules.json_text import fingerprint, read_json
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.forms.base import choices
from cm_tracker.forms.schedules import drafts as schedule_forms
from cm_tracker.forms.schedules.schedules import NameForm, RetireForm, SitesForm
from cm_tracker.i18n import gettext, using_currency
from cm_tracker.operations.schedules.discard_draft import discard_draft
from cm_tracker.operations.schedules.rename_schedule import rename_schedule
from cm_tracker.operations.schedules.retire_schedule import retire_schedule
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.set_schedule_sites import set_schedule_sites
from cm_tracker.queries.schedules.comparisons import followed_by, rules_changed
from cm_tracker.queries.schedules.offers import offered_at
from cm_tracker.queries.schedules.presets import preset, preset_called, preset_cards
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import (
    draft,
    drafts,
    may_follow,
    newest_version,
    version_card,
    versions,
)
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.schedules.comparing import PUBLISHED, Side, chosen_of, difference_page, sides_of
from cm_tracker.web.schedules.conflict import conflict_with
from cm_tracker.web.schedules.drawing import chart_values
from cm_tracker.web.schedules.editor import document_in, earlier_documents, editor_page
from cm_tracker.web.schedules.saving import is_apart, save_form, saved_apart, show_both

blueprint = Blueprint("schedules", __name__, url_prefix="/schedules")


@blueprint.get("")
@allow("schedule:view")
def index() -> str:
    """List the published versions and the drafts."""
    may_edit = current_user.may("schedule:edit")
    return render_template(
        "schedules/list.html",
        versions=versions(db.session(), actor(), current_user.today),
        drafts=drafts(db.session()) if may_edit else (),
        form=schedule_forms.DraftActionForm(),
        may_edit=may_edit,
        sites=sites_of(db.session(), actor()) if current_user.may("site:settings") else (),
        today=current_user.today,
    )


@blueprint.get("/versions/<id:version_id>")
@allow("schedule:view")
def show(version_id: int) -> str:
    """Show a version: the chart of its ladder, its numbers and its rules."""
    card = version_card(db.session(), actor(), version_id, current_user.today)
    # Older versions do not remember their preset: the name tells it.
    original = card.line.preset or preset_called(card.line.name)
    return render_template(
        "schedules/show.html",
        card=card,
        form=schedule_forms.DraftActionForm(),
        original=original,
        changed=rules_changed(db.session(), original, card.line.schedule),
        today=current_user.today,
        **chart_values(card.line.schedule),
    )


@blueprint.get("/versions/<id:version_id>/difference")
@allow("schedule:view")
def difference(version_id: int) -> str:
    """Show in words what differs between two of a schedule's versions and drafts, or from the published preset.

    Without a choice (`before` and `after`, or `with` another version), that is from the version before this one; for the
    first version, what came after it.
    """
    every = versions(db.session(), actor(), current_user.today)
    line = next((one for one in every if one.id == version_id), None)
    if line is None:
        raise NotFound(what="schedule version")
    sides = sides_of(every, frozenset({line.schedule_id}), line.preset or preset_called(line.schedule.name))
    if len(sides) < 2:
        raise NotFound(what="schedule version")
    before, after = chosen_of(sides, *_with_other(sides, f"v{version_id}"))
    return difference_page(sides, before, after, name=line.name, back=url_for("schedules.show", version_id=version_id))


def _with_other(sides: Mapping[str, Side], this: str) -> tuple[str, str]:
    """Return a version and what it is compared with without a choice, in the order of the choices."""
    order = list(sides)
    numbered = [key for key in order if sides[key].version is not None]
    place = numbered.index(this)
    beside = [*numbered[max(place - 1, 0) : place], *numbered[place + 1 :], *order]
    other = f"v{request.args['with']}" if "with" in request.args else next(key for key in beside if key != this)
    before, after = sorted((other, this), key=lambda key: order.index(key) if key in sides else -1)
    return before, after


@blueprint.get("/presets/<name>")
@allow("schedule:view")
def show_preset(name: str) -> str:
    """Show a preset as it would look when published."""
    document = preset(name)
    if document is None:
        raise NotFound(what="preset")
    program, schedule = program_money(db.session()), parse(document)
    with using_currency(schedule.currency):
        return render_template(
            "schedules/show_preset.html",
            name=name,
            card=preset_cards()[name],
            form=schedule_forms.DraftActionForm(),
            program=program,
            program_point=money_in(*program),
            **chart_values(schedule),
        )


@blueprint.post("/drafts")
@allow("schedule:edit")
def create() -> Response:
    """Create a draft from a preset, from a version, from another draft, or blank."""
    source = request.form
    made_from: dict[str, Any] = {}
    if name := source.get("preset"):
        made_from = {"preset_name": name}
        document = preset(name)
        if document is None:
            raise NotFound(what="preset")
    elif draft_id := source.get("draft", type=int):
        copied = draft(db.session(), draft_id)
        document = schedule_forms.with_name_of_copy(copied.document)
        made_from = {"based_on_id": copied.based_on_id, "preset_name": copied.preset}
    elif version_id := source.get("version", type=int):
        card = version_card(db.session(), actor(), version_id, current_user.today)
        # A draft of a renamed schedule goes on under its new name.
        document = {**card.document, "name": card.line.name}
        made_from = {"based_on_id": version_id}
    else:
        # What a blank schedule pays is an example: it is not converted.
        document = schedule_forms.blank(program_money(db.session()))
    draft_id = save_draft(db.session(), document=document, actor=actor(), now=clock.now(), **made_from)
    return redirect(url_for("schedules.edit", draft_id=draft_id), 303)


@blueprint.route("/drafts/<id:draft_id>", methods=["GET", "POST"])
@allow("schedule:edit")
def edit(draft_id: int) -> str | Response | tuple[str, int]:
    """Edit a draft in sentences. Every button saves, and then does what it says.

    Where somebody else saved or sent the draft meanwhile, the page shows what was typed, what differs, and the choice.
    """
    form = schedule_forms.DraftActionForm()
    if form.validate_on_submit() and is_apart(draft_id, "tracks.count"):
        return redirect(saved_apart(draft_id, document_in(request.form)), 303)
    line = draft(db.session(), draft_id)
    if line.waits and not form.is_submitted():
        return redirect(url_for("approvals.review", draft_id=draft_id))
    if form.validate_on_submit():
        try:
            return redirect(save_form(line, request.form.get("over") or form.shown.data or ""), 303)
        except (ChangedMeanwhile, DraftWaits):
            return show_both(draft_id, form)
    if "kept_fields" in g:
        line = replace(line, document=document_in(g.kept_fields))
    else:
        form.shown.data = fingerprint(line.document)
    if not schedule_forms.is_formable(line.document):
        return redirect(url_for("schedules.edit_document", draft_id=draft_id))
    return editor_page(
        line,
        form,
        track=request.args.get("track", 0, type=int),
        is_checked="checked" in request.args,
        shows_all="all" in request.args,
    )


@blueprint.post("/drafts/<id:draft_id>/kept")
@allow("schedule:edit")
def keep(draft_id: int) -> str | tuple[str, int]:
    """Keep what is typed, also where it is incomplete, and return the page: the script takes what follows out of it."""
    form = schedule_forms.DraftActionForm()
    if not form.validate_on_submit():
        return "", 400
    line = draft(db.session(), draft_id)
    save_draft(
        db.session(),
        document=schedule_forms.as_it_was_written(document_in(request.form), line.document),
        actor=actor(),
        now=clock.now(),
        draft_id=draft_id,
        shown=form.shown.data or "",
        is_typing=True,
        earlier=earlier_documents(request.form),
    )
    line = draft(db.session(), draft_id)
    form.shown.data = fingerprint(line.document)
    return editor_page(
        line,
        form,
        track=request.form.get("track", 0, type=int),
        is_checked="checked" in request.form,
        left=request.form.getlist("left"),
    )


@blueprint.route("/drafts/<id:draft_id>/document", methods=["GET", "POST"])
@allow("schedule:edit")
def edit_document(draft_id: int) -> str | Response | tuple[str, int]:
    """Edit a draft as JSON text. Where somebody else saved it meanwhile, the page shows both, and the choice."""
    form = schedule_forms.DocumentForm()
    if form.is_submitted() and is_apart(draft_id, "document"):
        apart = attempt(form, lambda: saved_apart(draft_id, read_json(form.document.data)))
        if apart is not None:
            return redirect(apart, 303)
    line = draft(db.session(), draft_id)
    if line.waits and not form.is_submitted():
        return redirect(url_for("approvals.review", draft_id=draft_id))
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
            shown=request.form.get("over") or form.shown.data or "",
        ),
    )
    if saved is not None:
        return redirect(url_for("schedules.edit_document", draft_id=draft_id), 303)
    conflict = None
    if isinstance(getattr(form, "refusal", None), ChangedMeanwhile | DraftWaits):
        form.form_errors = []
        line = draft(db.session(), draft_id)
        conflict = conflict_with(line, read_json(form.document.data), program_money(db.session()))
    return (
        render_template(
            "schedules/edit_document.html",
            line=line,
            form=form,
            conflict=conflict,
            problems=[
                one._replace(says=said(one.says, i18n))
                for one in draft_problems(line.document, program_money(db.session()))
            ],
            is_formable=schedule_forms.is_formable(line.document),
        ),
        status_of(form),
    )


@blueprint.get("/drafts/<id:draft_id>/difference")
@allow("schedule:edit")
def draft_difference(draft_id: int) -> str | Response:
    """Show in words what differs between a draft and what it follows, or another version of it."""
    line = draft(db.session(), draft_id)
    if draft_problems(line.document, program_money(db.session())):
        return redirect(url_for("schedules.edit", draft_id=draft_id))
    every = versions(db.session(), actor(), current_user.today)
    candidates = may_follow(line, every)
    followed = followed_by(db.session(), line, parse(line.document), every, candidates)
    schedule_ids = frozenset(one.schedule_id for one in candidates)
    sides = sides_of(every, schedule_ids, line.preset, line)
    after = f"d{draft_id}"
    before = f"v{followed.version.id}" if followed.version else PUBLISHED if followed.preset else after
    before, after = chosen_of(sides, before, after)
    return difference_page(sides, before, after, name=line.name, back=url_for("schedules.edit", draft_id=draft_id))


@blueprint.route("/<id:schedule_id>/<any(retire, reopen):way>", methods=["GET", "POST"])
@allow("schedule:publish")
def retire(schedule_id: int, way: str) -> str | Response | tuple[str, int]:
    """Retire a schedule, so that it takes no new enrollment, or bring it back."""
    line = newest_version(db.session(), actor(), schedule_id, current_user.today)
    is_retired = way == "retire"
    form = RetireForm()
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
        flash(
            gettext("The schedule is retired.") if is_retired else gettext("The schedule takes new enrollments again.")
        )
        return redirect(url_for("schedules.index"), 303)
    every = versions(db.session(), actor(), current_user.today)
    enrolled = sum(one.enrolled for one in every if one.schedule_id == schedule_id)
    page = render_template("schedules/retire.html", line=line, form=form, is_retired=is_retired, enrolled=enrolled)
    return page, status_of(form)


@blueprint.route("/<id:schedule_id>/name", methods=["GET", "POST"])
@allow("schedule:publish")
def rename(schedule_id: int) -> str | Response | tuple[str, int]:
    """Call a schedule by another name."""
    line = newest_version(db.session(), actor(), schedule_id, current_user.today)
    form = NameForm()
    if form.is_new:
        form.name.data = line.schedule_name
    renamed = attempt(
        form,
        lambda: rename_schedule(
            db.session(),
            schedule_id=schedule_id,
            name=form.name.data,
            reason=form.reason.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if renamed is not None:
        flash(
            gettext("Saved. Lists and new papers have the new name.")
            if renamed
            else gettext("That is its name already.")
        )
        return redirect(url_for("schedules.show", version_id=line.id), 303)
    return render_template("schedules/rename.html", line=line, form=form), status_of(form)


@blueprint.route("/<id:schedule_id>/sites", methods=["GET", "POST"])
@allow("schedule:publish")
def sites(schedule_id: int) -> str | Response | tuple[str, int]:
    """Decide which sites offer a schedule when somebody is enrolled."""
    line = newest_version(db.session(), actor(), schedule_id, current_user.today)
    every, offered = sites_of(db.session(), actor()), offered_at(db.session(), schedule_id)
    form = SitesForm()
    form.site_ids.choices = choices([(site.id, site.name) for site in every])
    if form.is_new:
        form.site_ids.data = [site.id for site in every if offered.get(site.id, True)]
    changed = attempt(
        form,
        lambda: set_schedule_sites(
            db.session(),
            schedule_id=schedule_id,
            site_ids=form.site_ids.data or [],
            reason=form.reason.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if changed is not None:
        flash(
            gettext("Saved. It holds for who is enrolled from now on.") if changed else gettext("Nothing was changed.")
        )
        return redirect(url_for("schedules.show", version_id=line.id), 303)
    return render_template("schedules/sites.html", line=line, form=form), status_of(form)


@blueprint.post("/drafts/<id:draft_id>/discard")
@allow("schedule:edit")
def discard(draft_id: int) -> Response:
    """Delete a draft."""
    shown = request.form.get("shown", "")
    discard_draft(db.session(), draft_id=draft_id, shown=shown, actor=actor(), now=clock.now())
    flash(gettext("The draft is deleted."))
    return redirect(url_for("schedules.index"), 303)
