"""What the editor does with what was sent: it is saved, shown beside what somebody else saved, or a draft of its own."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.forms.schedules import drafts as schedule_forms
from cm_tracker.forms.schedules.kinds import leave_out_other_kinds
from cm_tracker.i18n import gettext
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import DraftLine, draft
from cm_tracker.web.access import actor
from cm_tracker.web.schedules.conflict import conflict_with
from cm_tracker.web.schedules.editor import after_button, document_in, editor_page


def show_both(draft_id: int, form: schedule_forms.DraftActionForm) -> str | Response | tuple[str, int]:
    """Show the editor with what was sent, beside what somebody else saved. Nothing is saved before one is chosen."""
    theirs = draft(db.session(), draft_id)
    mine = document_in(request.form)
    if schedule_forms.as_it_was_written(mine, theirs.document) == theirs.document:
        if theirs.waits:
            return redirect(url_for("approvals.review", draft_id=draft_id), 303)
        return redirect(save_form(theirs, fingerprint(theirs.document)), 303)
    page = editor_page(
        replace(theirs, document=mine),
        form,
        track=request.form.get("track", 0, type=int),
        is_checked=False,
        conflict=conflict_with(theirs, mine, program_money(db.session())),
    )
    return page, 409


def is_apart(draft_id: int, field: str) -> bool:
    """Return whether what was sent becomes a draft of its own: somebody chose so, or their draft is gone by now.

    A request without `field` has nothing that somebody typed.
    """
    if field not in request.form:
        return False
    if request.form.get("action") == "apart":
        return True
    try:
        draft(db.session(), draft_id)
    except NotFound:
        return True
    return False


def saved_apart(draft_id: int, document: object) -> str:
    """Save what was sent as a draft of its own, and return its URL."""
    made_from: dict[str, Any] = {}
    says = gettext("The draft was deleted or published meanwhile. What you typed is now a draft of its own.")
    try:
        line = draft(db.session(), draft_id)
        made_from = {"based_on_id": line.based_on_id, "preset_name": line.preset}
        document = schedule_forms.with_name_of_copy(document)
        says = gettext("What you typed is now a draft of its own. The other one stays as it was saved.")
    except NotFound:
        pass
    new_id = save_draft(db.session(), document=document, actor=actor(), now=clock.now(), **made_from)
    flash(says)
    return url_for("schedules.edit", draft_id=new_id)


def save_form(line: DraftLine, shown: str) -> str:
    """Save what the form says, and return where its button leads. Problems stand at their fields from then on."""
    action = request.form.get("action", "save")
    document = document_in(request.form)
    left_out = leave_out_other_kinds(document)
    document = schedule_forms.apply_action(document, action)
    save_draft(
        db.session(),
        document=schedule_forms.as_it_was_written(document, line.document),
        actor=actor(),
        now=clock.now(),
        draft_id=line.id,
        shown=shown,
    )
    if left_out:
        flash(gettext("Saved without what belongs to another choice: %(what)s.", what="; ".join(left_out)))
    return after_button(line.id, action, document, request.form.get("track", 0, type=int))
