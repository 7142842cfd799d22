"""Import a file: upload it, choose its columns, check it, run it, correct what was refused and upload that."""

from dataclasses import replace
from itertools import islice

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.imports.found import BECAME
from cm_tracker.domain.imports.guesses import guessed
from cm_tracker.domain.imports.reading import Reading
from cm_tracker.domain.phrases import phrase
from cm_tracker.domain.visits.import_columns import REQUIRED, WITH_WORDS, columns_of, optional
from cm_tracker.domain.visits.mappings import MappingFile
from cm_tracker.forms.base import choices
from cm_tracker.forms.imports import (
    ENCODINGS,
    CorrectedFileForm,
    ImportActionForm,
    ImportFileForm,
    ReadingForm,
    reading_form,
)
from cm_tracker.i18n import gettext
from cm_tracker.imports.words import shipped, words_of
from cm_tracker.imports.worker import begin
from cm_tracker.operations.imports.add_import import add_import
from cm_tracker.operations.imports.remove_import import remove_import
from cm_tracker.operations.imports.set_reading import set_reading
from cm_tracker.operations.imports.stop_import import stop_import
from cm_tracker.queries.imports import ImportLine, content_of, found_of, import_line, imports_of, layouts_of
from cm_tracker.queries.schedules.schedules import versions
from cm_tracker.queries.staff.sites import earliest_today, sites_of, zone_of_list
from cm_tracker.tables.reading import MOST_BYTES, How, guess_head, open_source, too_large
from cm_tracker.tables.sources import BadFile, Head, Source
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, cursor_from, status_of

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

SAMPLE = 3
ROWS = 100
"""So many rows of a result stand on one page."""


@blueprint.get("")
@allow("import:run")
def index() -> str:
    """List the files that were uploaded, the newest first."""
    return render_template(
        "imports/list.html",
        page=imports_of(db.session(), actor(), cursor_from(request.args)),
        zone=zone_of_list(db.session(), actor()),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow("import:run")
def new() -> str | AnyResponse | tuple[str, int]:
    """Take a file, and ask for its columns."""
    form = ImportFileForm()
    sites = sites_of(db.session(), actor())
    form.site_id.choices = choices((str(site.id), site.name) for site in sites)
    form.schedule_id.choices = choices(_schedules())
    saved = attempt(
        form,
        lambda: add_import(
            db.session(),
            site_id=int(form.site_id.data),
            kind=form.kind.data,
            schedule_id=int(form.schedule_id.data),
            name=_name_of(form),
            content=_content(form),
            reading=Reading(),
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        return redirect(url_for("imports.columns", import_id=saved), 303)
    return render_template("imports/new.html", form=form, has_one_site=len(sites) == 1), status_of(form)


@blueprint.route("/<id:import_id>/columns", methods=["GET", "POST"])
@allow("import:run")
def columns(import_id: int) -> str | AnyResponse | tuple[str, int]:
    """Choose which column has what, with the first rows of the file beside it; then check the file."""
    line = import_line(db.session(), actor(), import_id)
    layouts = layouts_of(db.session(), line.site_id, line.kind)
    chosen = next((one for one in layouts if str(one.id) == request.args.get("layout")), None)
    known = _as_sent(chosen.reading if chosen else line.reading)
    content = content_of(db.session(), actor(), import_id)
    source, head, problem = _opened(line, content, known)
    mapping = _mapping(known)
    names = _columns(line.kind, mapping)
    heads = [name for name in head.names if name] if head else []
    if not known.columns:
        known = replace(known, columns=guessed(names, heads))
    form = reading_form(
        names, REQUIRED[line.kind], heads, getattr(source, "sheets", ()), tuple(shipped()), _fitting(known, heads, head)
    )
    if problem is not None and not form.is_submitted():
        form.say(problem)
    if form.is_submitted() and request.form.get("action") == "show":
        # Nothing is saved: the file is only shown as it would be read.
        return _columns_page(line, form, names, mapping, layouts, source, head, problem)
    started = attempt(form, lambda: _check(line, form, names))
    if started is not None:
        return redirect(url_for("imports.show", import_id=import_id), 303)
    page = _columns_page(line, form, names, mapping, layouts, source, head, None)
    return page, status_of(form)


@blueprint.get("/<id:import_id>")
@allow("import:run")
def show(import_id: int) -> str:
    """Show how far a file is, and what was found in it row by row."""
    line = import_line(db.session(), actor(), import_id)
    found = found_of(db.session(), actor(), import_id)
    became = request.args.get("rows")
    became = became if became in BECAME else None
    rows = list(found.chosen(became)) if found else []
    first = max(cursor_from(request.args) or 0, 0)
    return render_template(
        "imports/show.html",
        line=line,
        found=found,
        became=became,
        rows=rows[first : first + ROWS],
        before=max(first - ROWS, 0) if first else None,
        after=first + ROWS if len(rows) > first + ROWS else None,
        is_silent=line.is_silent(clock.now()),
        action=ImportActionForm(),
        corrected=CorrectedFileForm(),
    )


@blueprint.get("/<id:import_id>/progress")
@allow("import:run")
def progress(import_id: int) -> Response:
    """Say how far a run is, for the script of the page."""
    line = import_line(db.session(), actor(), import_id)
    is_over = not line.is_busy or line.is_silent(clock.now())
    return jsonify(done=line.rows_done, total=line.rows_total, is_over=is_over)


@blueprint.post("/<id:import_id>/check")
@allow("import:run")
def check(import_id: int) -> AnyResponse:
    """Check a file again as it is read now: nothing is written."""
    return _begun(import_id, writes=False)


@blueprint.post("/<id:import_id>/run")
@allow("import:run", fresh=True)
def run(import_id: int) -> AnyResponse:
    """Import a file that was checked."""
    return _begun(import_id, writes=True)


@blueprint.post("/<id:import_id>/stop")
@allow("import:run")
def stop(import_id: int) -> AnyResponse:
    """Stop a run between two clients."""
    stop_import(db.session(), import_id=import_id, actor=actor(), now=clock.now())
    flash(gettext("Stopped. What was imported before stays."))
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.post("/<id:import_id>/remove")
@allow("import:run")
def remove(import_id: int) -> AnyResponse:
    """Remove a file, and what was found in it, from the program."""
    remove_import(db.session(), import_id=import_id, actor=actor(), now=clock.now())
    flash(gettext("The file was removed. What was imported from it stays."))
    return redirect(url_for("imports.index"), 303)


@blueprint.get("/<id:import_id>/rejects.csv")
@allow("import:run", fresh=True)
def rejects(import_id: int) -> Response:
    """Send the refused rows as a file that can be corrected and uploaded again."""
    found = found_of(db.session(), actor(), import_id)
    if found is None or not found.rejects:
        raise NotFound(what="import file")
    response = Response(found.rejects.encode(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{import_id}-refused.csv"'
    return response


@blueprint.post("/<id:import_id>/corrected")
@allow("import:run")
def corrected(import_id: int) -> str | AnyResponse | tuple[str, int]:
    """Take the corrected rows of a file, and check them as the file was read."""
    line, form = import_line(db.session(), actor(), import_id), CorrectedFileForm()
    # The refused rows are a text in UTF-8 with their head in its first line, whatever the file was.
    reading = replace(line.reading, encoding="utf-8", sheet=None, head_line=None)
    saved = attempt(
        form,
        lambda: add_import(
            db.session(),
            site_id=line.site_id,
            kind=line.kind,
            schedule_id=line.schedule_id or 0,
            name=_name_of(form),
            content=_content(form),
            reading=reading,
            follows_id=import_id,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is None:
        return render_template("imports/corrected.html", line=line, corrected=form), status_of(form)
    return _begun(saved, writes=False)


def _begun(import_id: int, *, writes: bool) -> AnyResponse:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the thread outlives the request
    begin(app, db.session(), import_id, writes=writes, actor=actor(), now=clock.now())
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _check(line: ImportLine, form: ReadingForm, names: tuple[str, ...]) -> bool:
    """Keep how the file is read, and begin to check it."""
    reading = form.reading(names)
    words_of(reading)
    set_reading(
        db.session(),
        import_id=line.id,
        reading=reading,
        keep_as=form.layout_name.data or "",
        actor=actor(),
        now=clock.now(),
    )
    _begun(line.id, writes=False)
    return True


def _columns_page(
    line: ImportLine, form: ReadingForm, names: tuple[str, ...], mapping: MappingFile, layouts: object,
    source: Source | None, head: Head | None, problem: str | None,
) -> str:  # fmt: skip
    if problem is not None and not form.form_errors:
        form.say(problem)
    if head is not None and not form.head_line.errors:
        form.head_line.process_data(head.line)
        form.head_line.raw_data = None
    sample = [cells for _, cells, _ in islice(source.rows(head, frozenset()), SAMPLE)] if source and head else []
    usual = columns_of(line.kind)
    return render_template(
        "imports/columns.html",
        line=line,
        form=form,
        usual=[form.column(name) for name in names if name in usual],
        more=[form.column(name) for name in names if name not in usual],
        head=head,
        sample=sample,
        layouts=layouts,
        has_words=line.kind in WITH_WORDS,
    )


def _opened(
    line: ImportLine, content: bytes, reading: Reading
) -> tuple[Source | None, Head | None, str | None]:  # fmt: skip
    """Return the lines of a file and its head as it is read, or what is wrong with it."""
    try:
        source = open_source(line.name, content, How(encoding=reading.encoding, sheet=reading.sheet))
    except BadFile as error:
        return None, None, labels.imports.said(error.says)
    chosen = {name.casefold() for name in reading.columns.values()}
    head = guess_head(
        source,
        lambda names: len(guessed(columns_of(line.kind), names)) + len(chosen & set(names)),
        reading.head_line,
    )
    if head is not None:
        return source, head, None
    if reading.head_line is not None:
        says = gettext("Line %(line)s has no value, or is too far below. Choose another one.", line=reading.head_line)
        return source, None, says
    says = gettext("No line of the file looks like the names of columns. Enter the number of that line.")
    return source, None, says


def _mapping(reading: Reading) -> MappingFile:
    """Return what the words of a file mean, or the program's own mapping where the given text is no mapping."""
    try:
        return words_of(replace(reading, tested_for="")).mapping
    except BadInput:
        return words_of(Reading()).mapping


def _as_sent(reading: Reading) -> Reading:
    """Return how a file is read, with what was sent: where it shows other columns, they have to be read first."""
    if request.method != "POST":
        return reading
    head_line = request.form.get("head_line", "").strip()
    return replace(
        reading,
        encoding=request.form["encoding"] if request.form.get("encoding") in ENCODINGS else reading.encoding,
        sheet=request.form.get("sheet") or None,
        head_line=int(head_line) if head_line.isascii() and head_line.isdecimal() and len(head_line) < 6 else None,
        own_words=request.form.get("own_words", "").strip(),
        words=request.form["words"] if request.form.get("words") in shipped() else reading.words,
    )


def _fitting(reading: Reading, heads: list[str], head: Head | None) -> Reading:
    """Return a reading without the columns that the file does not have, and with the line of its head."""
    there = {name.casefold() for name in heads}
    columns = {name: theirs.casefold() for name, theirs in reading.columns.items() if theirs.casefold() in there}
    return replace(reading, columns=columns, head_line=head.line if head else reading.head_line)


def _columns(kind: str, mapping: MappingFile) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*REQUIRED[kind], *optional(kind, mapping))))


def _schedules() -> list[tuple[str, str]]:
    """Return the schedules that take enrollments today, by their newest version."""
    today = earliest_today(db.session(), clock.now())
    found = {
        str(line.schedule_id): line.schedule_name
        for line in versions(db.session(), actor(), today)
        if line.is_in_force(today) and not line.is_retired
    }
    return sorted(found.items(), key=lambda one: one[1])


def _content(form: ImportFileForm | CorrectedFileForm) -> bytes:
    """Return the bytes that were sent, and let the server's copy go. Raise `BadInput`."""
    upload = form.file.data
    sent = bytes(upload.read(MOST_BYTES + 1)) if upload else b""
    if upload:
        upload.close()
    if not sent.strip():
        raise BadInput("Choose a file that is not empty.", "file")
    try:
        if len(sent) > MOST_BYTES:
            raise too_large(phrase("The file"), len(sent))
        # A workbook that cannot be opened is refused at once. A text may only need another encoding.
        if sent.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            open_source(phrase("The file"), sent)
    except BadFile as error:
        raise BadInput(
            "This file cannot be read. %(problem)s", "file", problem=labels.imports.said(error.says)
        ) from None
    return sent


def _name_of(form: ImportFileForm | CorrectedFileForm) -> str:
    upload = form.file.data
    return str(getattr(upload, "filename", "") or "") or "file"
