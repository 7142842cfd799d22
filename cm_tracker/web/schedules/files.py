"""A schedule as a file: the document of a version or a draft to take along, and a file that becomes a draft."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.json_text import read_json
from cm_tracker.forms.schedules.schedules import FileForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.schedules.save_draft import MOST_CHARACTERS, save_draft
from cm_tracker.queries.schedules.schedules import draft, version_card
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

# A letter has one byte or two in most languages.
MOST_BYTES = 2 * MOST_CHARACTERS

blueprint = Blueprint("schedule_files", __name__, url_prefix="/schedules")


@blueprint.get("/versions/<id:version_id>/file")
@allow("schedule:view")
def of_version(version_id: int) -> Response:
    """Return the document of a version as a file, letter by letter as it was sealed."""
    card = version_card(db.session(), actor(), version_id, current_user.today)
    return _download(f"schedule-{card.line.schedule_id}-version-{card.line.number}", card.text)


@blueprint.get("/drafts/<id:draft_id>/file")
@allow("schedule:edit")
def of_draft(draft_id: int) -> Response:
    """Return the document of a draft as a file, also where it is incomplete."""
    line = draft(db.session(), draft_id)
    return _download(f"draft-{draft_id}", json.dumps(line.document, indent=2, ensure_ascii=False))


def _download(name: str, text: str) -> Response:
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@blueprint.route("/open-file", methods=["GET", "POST"])
@allow("schedule:edit")
def open_file() -> str | AnyResponse | tuple[str, int]:
    """Make a draft of a file."""
    form = FileForm()
    made = attempt(form, lambda: save_draft(db.session(), document=_document_of(form), actor=actor(), now=clock.now()))
    if made is not None:
        flash(gettext("The file is a draft now. Read it before you send it."))
        return redirect(url_for("schedules.edit", draft_id=made), 303)
    return render_template("schedules/open_file.html", form=form), status_of(form)


def _document_of(form: FileForm) -> object:
    """Return the document of the file that was sent. Raise `BadInput` where it is none."""
    sent = _bytes_of(form)
    if not sent:
        raise BadInput("Choose the file of a schedule.", "document")
    if len(sent) > MOST_BYTES:
        raise BadInput("The document is too long for a schedule.", "document")
    try:
        document = read_json(sent.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadInput(
            "This file is not text. A schedule is a text file whose name ends with .json.", "document"
        ) from None
    if not isinstance(document, dict) or "tracks" not in document:
        raise BadInput("This file is no schedule: it has no list of tracks.", "document")
    return document


def _bytes_of(form: FileForm) -> bytes:
    """Return what was sent, as far as a document can be long, and let the server's copy of it go."""
    upload = form.document.data
    if not upload:
        return b""
    sent = bytes(upload.read(MOST_BYTES + 1))
    upload.close()
    return sent
