"""The page of the editor: the sentences of a draft, what is wrong at which field, and the picture beside them."""

import json
from collections.abc import Collection
from typing import Any

from flask import abort, current_app, render_template, url_for
from werkzeug.datastructures import MultiDict

from cm_tracker import i18n
from cm_tracker.db import db
from cm_tracker.domain.phrases import said
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.standard_bowl import STANDARD_BOWL, bowl_facts
from cm_tracker.domain.schedules.worked_lines import worked_lines
from cm_tracker.domain.schedules.worked_sample import WorkedLine
from cm_tracker.forms.schedules import drafts as schedule_forms
from cm_tracker.forms.schedules import steps
from cm_tracker.forms.schedules.problem_fields import field_of, sentence_of, sentences_by_field
from cm_tracker.queries.schedules.comparisons import rules_changed
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import DraftLine
from cm_tracker.web.schedules.conflict import Conflict
from cm_tracker.web.schedules.picture import picture_of

# Where the program tries a draft on invented clients and on its own months.
TRIAL = "trials.show_trial"
MOST_EARLIER = 20


def document_in(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return the document that the fields of the editor say."""
    return schedule_forms.document_from(sent, {name: sent.getlist(name) for name in sent})


def earlier_documents(sent: MultiDict[str, str]) -> list[dict[str, Any]]:
    """Return the documents of earlier saves of the same page that were not answered.

    Each is sent as the fields in which it differs from what is sent now, with what they had.
    """
    documents = []
    for text in sent.getlist("earlier")[:MOST_EARLIER]:
        fields = sent.copy()
        try:
            for name, had in json.loads(text).items():
                fields.setlist(name, [str(one) for one in had])
        except (ValueError, TypeError, AttributeError, RecursionError):
            abort(400)
        documents.append(document_in(fields))
    return documents


def after_button(draft_id: int, action: str, document: dict[str, Any], track: int) -> str:
    """Return the address to which a button of the editor leads, after the form was saved."""
    if not draft_problems(document, program_money(db.session())):
        if action == "send":
            return url_for("approvals.publish", draft_id=draft_id)
        if action == "try" and TRIAL in current_app.view_functions:
            return url_for(TRIAL, draft_id=draft_id)
    place = steps.place_after(action, document, track)
    # What was just added is not wrong yet: its fields are not filled in.
    is_checked = "1" if action in ("save", "send", "try", "show:all") or action.startswith("remove:") else None
    is_open = "1" if action == "show:all" else None
    return url_for(
        "schedules.edit",
        draft_id=draft_id,
        checked=is_checked,
        all=is_open,
        track=place.track or None,
        _anchor=place.anchor,
    )


def editor_page(
    line: DraftLine,
    form: schedule_forms.DraftActionForm,
    *,
    track: int,
    is_checked: bool,
    left: Collection[str] = (),
    shows_all: bool = False,
    conflict: Conflict | None = None,
) -> str:
    """Return the page of a draft with one of its behaviors shown, and above it what somebody else saved (`conflict`).

    After a save (`is_checked`) all problems are said, before it those of the fields that somebody has `left`.
    """
    document = line.document
    found = draft_problems(document, program_money(db.session()))
    tracks = document["tracks"]
    shown = min(max(track, 0), max(len(tracks) - 1, 0))
    said = found if is_checked else steps.of_left_fields(found, left)
    wrong, unfinished = steps.wrong_steps(said, shown), steps.wrong_steps(found, shown)
    schedule = None if found else parse(document)
    bowl = document.get("bowl")
    return render_template(
        "schedules/edit.html",
        line=line,
        form=form,
        conflict=conflict,
        document=document,
        problems=found,
        said=said,
        is_checked=is_checked,
        at=sentences_by_field(said),
        field_of=field_of,
        sentence_of=sentence_of,
        worked={path: in_words(one) for path, one in worked_lines(document).items()},
        steps=steps.STEPS,
        step_of=steps.step_of,
        step_words={number: word for number, word, _ in steps.STEPS},
        shown_track=shown,
        wrong_steps=wrong,
        right_steps={number for number, _, _ in steps.STEPS} - unfinished,
        wrong_tracks=steps.wrong_tracks(said),
        pays_draws=any(one.get("pays") == "draws" for one in tracks),
        bowl_facts=bowl_facts(bowl),
        is_standard_bowl=bowl == dict(STANDARD_BOWL),
        has_trial=TRIAL in current_app.view_functions,
        schedule=schedule,
        picture=picture_of(schedule, schedule.tracks[shown]) if schedule else None,
        changed=rules_changed(db.session(), line.preset, schedule) if schedule else None,
        **folded_steps(wrong, is_checked and not shows_all),
    )


def in_words(line: WorkedLine) -> WorkedLine:
    """Return a worked line in the current language."""
    return WorkedLine(said(line.says, i18n), said(line.given, i18n))


def folded_steps(wrong: frozenset[int], may_fold: bool) -> dict[str, Any]:
    """Return which steps are open: after a save with problems only those with one, unless all are asked for."""
    every = {number for number, _, _ in steps.STEPS}
    is_folded = may_fold and bool(wrong - {steps.NAMES})
    return {"folded": is_folded and not every <= wrong, "open_steps": (set(wrong) if is_folded else every)}
