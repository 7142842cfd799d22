"""`flask report`: the numbers of a program, and measures of patterns from a file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import click
from flask.cli import AppGroup

from cm_tracker.cli.clinic import fail
from cm_tracker.cli.csv_files import BadFile, CsvRow, read_csv
from cm_tracker.domain.measures.patterns import LETTERS, PatternMeasures, pattern_measures, wrong_letters

COLUMNS = ("client_code", "weekly_opioid_pattern")


@click.group(cls=AppGroup)
def report() -> None:
    """Print the numbers of a program."""


@report.command()
@click.option(
    "--patterns",
    type=click.Path(),
    required=True,
    help="A CSV file with client_code and weekly_opioid_pattern: - negative, + positive, o no specimen, * mixed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def measures(patterns: str, as_json: bool) -> None:
    """Print the measures of patterns of weeks, as trials publish them."""
    rows = _rows(Path(patterns))
    if as_json:
        click.echo(json.dumps({"rows": [_row(code, found) for code, found in rows]}))
        return
    click.echo(f"{'client':<16} {'negative':>8} {'longest':>8} {'ignoring':>8}  three in a row")
    for code, found in rows:
        click.echo(
            f"{code:<16} {found.negative_weeks:>8} {found.lda_missing_is_positive:>8} {found.lda_missing_ignored:>8}  "
            f"{'yes' if found.three_in_a_row else 'no'}"
        )
    click.echo(
        "negative: weeks with a negative test. longest: the longest run of them, a week without a specimen ends it. "
        "ignoring: the same, with the weeks without a specimen taken out."
    )


class _Measured(NamedTuple):
    """A client's code with the measures of their pattern."""

    code: str
    found: PatternMeasures


def _row(code: str, found: PatternMeasures) -> dict[str, object]:
    return {
        "client_code": code,
        "negative_weeks": found.negative_weeks,
        "lda_missing_is_positive": found.lda_missing_is_positive,
        "lda_missing_ignored": found.lda_missing_ignored,
        "three_in_a_row": found.three_in_a_row,
    }


def _rows(path: Path) -> list[_Measured]:
    """Return the measures of each row of a file. Exit with a sentence for each row that cannot be used."""
    try:
        table = read_csv(path, COLUMNS)
    except BadFile as error:
        fail(str(error))
    for note in table.notes:
        click.echo(f"{path}: {note}", err=True)
    problems: list[str] = []
    lines: dict[str, int] = {}
    rows: list[_Measured] = []
    for row in table.rows:
        pattern = _without_apostrophe(row.values.get("weekly_opioid_pattern", ""))
        if problem := _problem(row, pattern, lines):
            problems.append(f"{path}, line {row.line}: {problem}")
            continue
        lines[row.values["client_code"]] = row.line
        rows.append(_Measured(row.values["client_code"], pattern_measures(pattern)))
    if problems:
        fail("\n".join(problems))
    return rows


def _without_apostrophe(pattern: str) -> str:
    """Return a pattern without the apostrophe by which a spreadsheet keeps it from being a formula."""
    return pattern[1:] if pattern[:1] == "'" else pattern


def _problem(row: CsvRow, pattern: str, lines: Mapping[str, int]) -> str | None:
    if row.problem:
        return row.problem
    code = row.values["client_code"]
    if not code:
        return "The client_code is empty."
    if code in lines:
        return f"Line {lines[code]} already has the client_code {code}. Keep the row that is right."
    if not pattern:
        return "The weekly_opioid_pattern is empty. Write one letter for each week, o for a week without a specimen."
    if wrong := wrong_letters(pattern):
        return f"{', '.join(map(repr, wrong))} in weekly_opioid_pattern means nothing; use {' '.join(LETTERS)}."
    return None
