"""Run over a file beside the pages: it goes on when its page is left, and says how far it is.

A run is a thread of the server. When the server stops, the run stops with it, between two clients; its page then offers
to go on, and rows that are there already add nothing.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.imports.found import ADDED, ALREADY, REFUSED, REPEATS, Found, RowFound
from cm_tracker.domain.phrases import in_phrases, joined, phrase
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.import_columns import REQUIRED, lacks, optional
from cm_tracker.faults import told
from cm_tracker.imports.run import CannotImport, ImportRun, Words
from cm_tracker.imports.words import words_of
from cm_tracker.operations.imports.end_import import end_import
from cm_tracker.operations.imports.note_progress import note_progress
from cm_tracker.operations.imports.start_import import start_import
from cm_tracker.queries.imports import ImportLine, content_of, import_line
from cm_tracker.queries.schedules.documents import published_version
from cm_tracker.queries.visits.importing import newest_version_id
from cm_tracker.tables.reading import FileTable, How, read_table
from cm_tracker.tables.rejects import RejectedRow, rejects_of
from cm_tracker.tables.sources import BadFile

_log = logging.getLogger(__name__)

NOTED_EVERY = 1.0  # seconds


class Stopped(Exception):
    """Raised where somebody has stopped a run, or another server has taken it for over."""


def begin(
    app: Flask, session: Session, import_id: int, *, writes: bool, actor: Actor, now: datetime
) -> threading.Thread:
    """Claim a file and run over it in a thread. Raise what `start_import` raises."""
    start_import(session, import_id=import_id, writes=writes, actor=actor, now=now)

    def work() -> None:
        with app.app_context():
            try:
                run_over(db.session(), import_id, writes=writes, actor=actor, started_at=now)
            finally:
                db.session.remove()

    thread = threading.Thread(target=work, name=f"import-{import_id}", daemon=True)
    thread.start()
    return thread


def run_over(session: Session, import_id: int, *, writes: bool, actor: Actor, started_at: datetime) -> None:
    """Run over a file that was claimed, and keep what was found. Whatever goes wrong is kept as a sentence."""
    try:
        found = _found(session, import_id, writes=writes, actor=actor, started_at=started_at)
    except Stopped:
        return
    except (BadFile, CannotImport) as error:
        found = Found(problem=error.says)
    except Refused as error:
        found = Found(problem=in_phrases(error))
    except Exception as error:  # a fault of the program: whoever started the run must still learn that it is over
        _log.error("The run of import %s broke off: %s", import_id, told(error))
        found = Found(
            problem=phrase(
                "The run broke off by a fault of the program. What it wrote before is whole and stays. Start it again; if "
                "it breaks off again, tell whoever runs the program."
            )
        )
    end_import(
        session, import_id=import_id, started_at=started_at, writes=writes, found=found, actor=actor, now=clock.now()
    )


def table_of(line: ImportLine, content: bytes, words: Words) -> FileTable:
    """Return the rows of a file as it is read. Raise `BadFile`."""
    how = How(
        encoding=line.reading.encoding,
        sheet=line.reading.sheet,
        head_line=line.reading.head_line,
        columns=line.reading.columns,
    )
    table = read_table(line.name, content, REQUIRED[line.kind], optional(line.kind, words.mapping), how)
    if problem := lacks(line.kind, table.known, words.mapping):
        raise BadFile(joined((f"{line.name}:", problem), " "))
    return table


def _found(session: Session, import_id: int, *, writes: bool, actor: Actor, started_at: datetime) -> Found:
    line = import_line(session, actor, import_id)
    words = words_of(line.reading)
    table = table_of(line, content_of(session, actor, import_id), words)
    version_id = newest_version_id(session, line.schedule_name or "", clock.day_at(started_at, line.time_zone))
    if version_id is None:
        raise CannotImport(phrase("The schedule takes no enrollments today. Choose another one."))
    schedule, _ = published_version(session, version_id)
    # A row is no observation of whoever uploaded the file: it is recorded as the import's, as on the command line.
    of_import = Actor(None, frozenset(), frozenset({line.site_id}), "import")
    run = ImportRun(
        session,
        line.kind,
        table,
        actor=of_import,
        now=started_at,
        dry_run=not writes,
        advance=_noted(session, import_id, len(table.rows), actor, started_at),
    )
    run.carry_out(words, schedule, version_id, line.site_id)
    return found_by(run)


def _noted(session: Session, import_id: int, total: int, actor: Actor, started_at: datetime) -> Callable[[int], None]:
    """Return a function that counts rows, and notes once a second how many are done. It raises `Stopped`."""
    done, noted_at = 0, 0.0

    def advance(rows: int) -> None:
        nonlocal done, noted_at
        done += rows
        if time.monotonic() - noted_at < NOTED_EVERY:
            return
        noted_at = time.monotonic()
        if not note_progress(
            session, import_id=import_id, started_at=started_at, done=done, total=total, actor=actor, now=clock.now()
        ):
            raise Stopped

    return advance


def found_by(run: ImportRun) -> Found:
    """Return what a run found, row by row."""
    refused = {reject.line: reject for reject in sorted(run.rejects, reverse=True)}
    overruled = {one.line: one.says for one in run.overrulings}
    rows = []
    for row in run.table.rows:
        code = row.values.get("client_code", "").upper()
        if row.line in refused:
            rows.append(RowFound(row.line, code, REFUSED, refused[row.line].reason, refused[row.line].says))
        elif row.line in run.became:
            rows.append(RowFound(row.line, code, ADDED, run.became[row.line], overruled.get(row.line, "")))
        else:
            rows.append(RowFound(row.line, code, ALREADY if row.line in run.already else REPEATS))
    rejected = [RejectedRow(one.line, one.reason, one.says) for one in run.rejects]
    return Found(
        rows=tuple(rows),
        clients=len(run.clients),
        points=run.points,
        draws=run.draws,
        waiting=run.waiting,
        notes=tuple(run.notes),
        rejects=rejects_of(run.table, rejected, run.from_file).decode() if rejected else "",
        counts=dict(Counter(row.became for row in rows)),
        refused_by=dict(Counter(str(reject.reason) for reject in run.rejects)),
    )
