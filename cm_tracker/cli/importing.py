"""`cm-tracker import`: import clients, visits and tests from another program's files."""

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from cm_tracker import clock, i18n
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.cli.import_target import needs_new, target_of
from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, Refused
from cm_tracker.domain.phrases import joined
from cm_tracker.domain.schedules.json_text import read_json
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.import_columns import KINDS, REQUIRED, TESTS, WITH_WORDS, lacks, optional
from cm_tracker.domain.visits.importing import Overruling, Reject
from cm_tracker.domain.visits.mappings import MappingFile, mapping_from
from cm_tracker.imports.run import CannotImport, ImportRun, Words
from cm_tracker.imports.words import shipped, stated_in
from cm_tracker.tables.csv_text import ENCODINGS, UTF_8
from cm_tracker.tables.reading import FileTable, How, read_file
from cm_tracker.tables.rejects import RejectedRow, rejects_of, write_rejects
from cm_tracker.tables.sources import BadFile

ACTOR = command("import")
NOUNS = {
    "roster": "enrollment",
    "visits": "visit",
    "tests": "test",
    "hours": "week",
    "plans": "row",
    "appointments": "appointment",
}
# A real run prints this many rejects, and the rejects file has all of them. A dry run prints all.
MOST_SHOWN = 20


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--schedule", required=True, help="A preset's name, or the name of a published schedule.")
@click.option("--site", help="The site's name. A new name adds a site. Default: the only site.")
@click.option("--time-zone", default="UTC", show_default=True, help="Time zone of a new site.")
@click.option(
    "--mapping",
    default="default",
    show_default=True,
    help="What the file's words mean: a mapping of the program (default, nida-ctn) or a file.",
)
@click.option(
    "--tested-for", metavar="WORDS", help='The substances that every test looked for, such as "Cocaine;Opioid".'
)
@click.option(
    "--encoding", type=click.Choice(tuple(ENCODINGS)), default=UTF_8, show_default=True, help="The encoding of a text."
)
@click.option("--sheet", help="The sheet of a workbook. Default: the first one.")
@click.option(
    "--head-line", type=click.IntRange(1), help="The line that names the columns. Default: the one that does."
)
@click.option(
    "--column", multiple=True, metavar="NAME=THEIRS", help='The file\'s name of a column: --column "date=Day of visit".'
)
@click.option("--rejects", type=click.Path(path_type=Path), help="Where rejected rows go. Default: FILE.rejects.csv.")
@click.option("--dry-run", is_flag=True, help="Print what would happen, row by row. Write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@with_appcontext
def import_(
    kind: str,
    file: Path,
    schedule: str,
    site: str | None,
    time_zone: str,
    mapping: str,
    tested_for: str | None,
    encoding: str,
    sheet: str | None,
    head_line: int | None,
    column: tuple[str, ...],
    rejects: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a roster, planned visits, drug tests, or the hours of program weeks from a FILE, CSV or XLSX.

    Import the roster first. Rows that cannot be imported go to the rejects file, each with its line and a reason.
    Correct them there and import that file. Importing a file again adds nothing. docs/import.md says more.
    """
    word_mapping, mapping_text = _mapping(mapping)
    how = How(encoding=encoding, sheet=sheet, head_line=head_line, columns=_columns(column))
    try:
        table = _read(kind, file, word_mapping, how)
    except BadFile as error:
        fail(str(error))
    words = Words(word_mapping, _stated_panel(kind, tested_for, word_mapping))
    rejects = rejects or Path(f"{file.stem}.rejects.csv")
    if not dry_run:
        _check_rejects_path(rejects, file)
    need_tables()
    if kind in WITH_WORDS:
        click.echo(mapping_text, err=True)

    def begun(is_dry: bool) -> ImportRun:
        return ImportRun(db.session(), kind, table, actor=ACTOR, now=clock.now(), dry_run=is_dry)

    def carried_out(is_dry: bool) -> ImportRun:
        run = begun(is_dry)
        with (
            target_of(run, schedule, site, time_zone) as target,
            click.progressbar(length=len(table.rows), label=f"Importing {kind}", file=sys.stderr) as bar,
        ):
            run.advance = bar.update
            run.carry_out(words, *target)
        return run

    try:
        if not dry_run and needs_new(begun(dry_run), schedule, site, time_zone):
            # A site or a schedule is added only where a row can be imported into it.
            rehearsal = carried_out(True)
            rehearsal.dry_run = False
            run = carried_out(False) if rehearsal.clients else rehearsal
        else:
            run = carried_out(dry_run)
    except Refused as error:
        fail(error.message(i18n))
    except CannotImport as error:
        fail(str(error))
    rejects_path = _write_rejects(run, rejects)
    for note in run.notes:
        click.echo(f"{file}: {note}", err=True)
    if as_json:
        click.echo(json.dumps(_facts(run, rejects_path)))
    else:
        _print_summary(run, rejects_path)


# -- options -----------------------------------------------------------------------------------


def _mapping(name: str) -> tuple[MappingFile, str]:
    """Return a mapping that comes with the program, by its name, or the mapping of a file, and its text."""
    try:
        text = shipped().get(name) or Path(name).read_text(encoding="utf-8")
        return mapping_from(read_json(text)), text
    except OSError as error:
        known = ", ".join(sorted(shipped()))
        fail(f"{name}: cannot be read ({error.strerror}). The mappings of the program are: {known}.")
    except UnicodeDecodeError:
        fail(f"{name}: is not UTF-8 text.")
    except BadInput as error:
        fail(f"{name}: {error}")


def _columns(chosen: Sequence[str]) -> dict[str, str]:
    """Return the file's name of each column that was named."""
    columns = {}
    for one in chosen:
        name, equals, theirs = one.partition("=")
        if not (name.strip() and equals and theirs.strip()):
            fail(f'--column: write it as NAME=THEIRS, such as "date=Day of visit". {one!r} is not.')
        columns[name.strip()] = theirs.strip()
    return columns


def _read(kind: str, file: Path, mapping: MappingFile, how: How) -> FileTable:
    """Return the rows of the file. Raise `BadFile`. A file of tests may have a column for each substance."""
    table = read_file(file, REQUIRED[kind], optional(kind, mapping), how)
    if problem := lacks(kind, table.known, mapping):
        has = f"The first line has: {', '.join(filter(None, table.columns))}."
        raise BadFile(joined((f"{file}:", problem, has), " "))
    return table


def _stated_panel(kind: str, tested_for: str | None, mapping: MappingFile) -> frozenset[str] | None:
    if tested_for is None:
        return None
    if kind != TESTS:
        fail("--tested-for works only with an import of tests.")
    try:
        stated = stated_in(tested_for, mapping)
    except BadInput as error:
        fail(f"--tested-for: {error}")
    if stated is None:
        fail("--tested-for: name at least one substance.")
    return stated


def _check_rejects_path(rejects: Path, file: Path) -> None:
    """Exit before anything is written if the rejects file could not be written later."""
    advice = "Name another file with --rejects."
    if rejects.exists() and rejects.samefile(file):
        fail(f"{rejects}: the rejects would overwrite the file that is imported. {advice}")
    if rejects.is_dir() or not os.access(rejects if rejects.exists() else rejects.parent, os.W_OK):
        fail(f"{rejects}: the rejects cannot be written there. {advice}")


# -- results -----------------------------------------------------------------------------------


def _write_rejects(run: ImportRun, path: Path) -> Path | None:
    """Write the rejects file and return its path. Return None without rejects, or for a dry run."""
    run.rejects.sort()
    run.overrulings.sort()
    if run.dry_run or not run.rejects:
        return None
    try:
        rows = [RejectedRow(r.line, r.reason, r.says) for r in run.rejects]
        write_rejects(path, rejects_of(run.table, rows, run.from_file))
    except OSError as error:
        run.notes.append(f"The rejects cannot be written to {path} ({error.strerror}). They are printed instead.")
        return None
    return path


def _facts(run: ImportRun, rejects_path: Path | None) -> dict[str, Any]:
    return {
        "file": Path(run.table.name).name,
        "kind": run.kind,
        "dry_run": run.dry_run,
        "rows": len(run.table.rows),
        "clients": len(run.clients),
        "added": run.added,
        "already": len(run.already),
        "repeated": run.repeated,
        "points_paid": run.points,
        "draws_paid": run.draws,
        "rejected": len(run.rejects),
        "refused": dict(sorted(Counter(reject.reason.value for reject in run.rejects).items())),
        "rejected_rows": [
            {"file": run.table.name, "line": reject.line, "reason": reject.reason.value, "says": reject.says}
            for reject in run.rejects
        ],
        "overruled_rows": [
            {"file": run.table.name, "line": overruling.line, "says": overruling.says} for overruling in run.overrulings
        ],
        "rejects": str(rejects_path) if rejects_path else None,
        "waiting": {"for_words": run.unknown_words, "for_tests": run.waiting},
        "notes": run.notes,
    }


def _print_summary(run: ImportRun, rejects_path: Path | None) -> None:
    head = "Dry run, nothing was written. The result would be: " if run.dry_run else ""
    click.echo(f"{head}{_counted(len(run.table.rows), 'row')}, {_counted(len(run.clients), 'client')}.")
    paid = _counted(run.points, "point") + (f" and {_counted(run.draws, 'draw')}" if run.draws else "")
    click.echo(f"{_counted(run.added, NOUNS[run.kind])} added, {len(run.already):,} already there, {paid} paid.")
    if run.repeated:
        click.echo(f"{_counted(run.repeated, 'row')} left out, because another row of the file says the same.")
    _print_lines(run, run.overrulings)
    refused = Counter(reject.reason for reject in run.rejects)
    click.echo(f"{_counted(len(run.rejects), 'row')} refused{':' if refused else '.'}")
    for reason, count in refused.most_common():
        click.echo(f"  {count:>6,}  {reason}")
    _print_lines(run, run.rejects, None if rejects_path is None else MOST_SHOWN)
    if rejects_path:
        click.echo(f"Correct these rows in {rejects_path}, which has a reason for each, and import that file.")
    if run.unknown_words:
        wait = "waits" if run.unknown_words == 1 else "wait"
        click.echo(f"{_counted(run.unknown_words, NOUNS[run.kind])} {wait} for words of the mapping.")
    if run.waiting:
        click.echo(f"{_counted(run.waiting, 'visit')} {'waits' if run.waiting == 1 else 'wait'} for a test.")


def _print_lines(run: ImportRun, rows: Sequence[Reject] | Sequence[Overruling], most: int | None = MOST_SHOWN) -> None:
    """Print the sentence of each row, or of the first `most` of them."""
    shown = rows[:most]
    for row in shown:
        click.echo(f"{run.table.name}, line {row.line}: {row.says}")
    if len(shown) < len(rows):
        click.echo(f"and {len(rows) - len(shown):,} more.")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
