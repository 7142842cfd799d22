"""`cm-tracker report`: the numbers of a program, and measures of patterns from a file."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import click
from flask.cli import AppGroup

from cm_tracker import clock, i18n
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.cli.taking_out import day_option, site_option, write_made
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.measures.groups import GROUPS, SITE, last_weeks
from cm_tracker.domain.measures.patterns import LETTERS, PatternMeasures, pattern_measures, wrong_letters
from cm_tracker.domain.measures.tables import Table
from cm_tracker.domain.staff.roles import command
from cm_tracker.queries.reports.definitions import REPORTS, Report
from cm_tracker.queries.reports.registry import table_of
from cm_tracker.queries.reports.saved import saved_reports, saved_table
from cm_tracker.queries.staff.sites import earliest_today
from cm_tracker.report_files import as_csv, as_json, as_text, as_xlsx
from cm_tracker.tables.reading import TableRow, read_file
from cm_tracker.tables.sources import BadFile

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
        table = read_file(path, COLUMNS)
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


def _problem(row: TableRow, pattern: str, lines: Mapping[str, int]) -> str | None:
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


FORMS: Mapping[str, Callable[[Table], str | bytes]] = {
    "text": as_text,
    "csv": as_csv,
    "xlsx": as_xlsx,
    "json": as_json,
}


def _add(of: Report) -> None:
    """Add the command of a report."""

    @report.command(of.name, help=f"{of.title}. {of.definition}")
    @click.option("--from", "from_", metavar="DAY", help="The first day; without it, 12 weeks up to today.")
    @click.option("--to", metavar="DAY", help="The last day; without it, today.")
    @click.option("--site", metavar="NAME", help="One site, by its name or its number; without it, all.")
    @click.option("--by", type=click.Choice(GROUPS), default=SITE, help="What the rows are, where they are groups.")
    @click.option("--csv", "form", flag_value="csv", help="Write CSV.")
    @click.option("--xlsx", "form", flag_value="xlsx", help="Write a workbook; send it to a file with > or --output.")
    @click.option("--json", "form", flag_value="json", help="Write JSON.")
    @click.option("--output", type=click.Path(dir_okay=False), help="The file to write; without it, standard output.")
    def run(
        from_: str | None, to: str | None, site: str | None, by: str, form: str | None, output: str | None
    ) -> None:  # fmt: skip
        need_tables()
        session, now = db.session(), clock.now()
        first, last = last_weeks(earliest_today(session, now))
        try:
            last_day = day_option("--to", to) or last
            first_day = day_option("--from", from_) or min(first, last_day)
            table = table_of(
                session, command(), of.name, first_day=first_day, last_day=last_day, now=now, site_id=site_option(site),
                by=by,
            )  # fmt: skip
        except Refused as error:
            fail(error.message(i18n))
        write_made(FORMS[form or "text"](table), output)


@report.command()
@click.argument("name", required=False)
@click.option("--csv", "form", flag_value="csv", help="Write CSV.")
@click.option("--xlsx", "form", flag_value="xlsx", help="Write a workbook; send it to a file with > or --output.")
@click.option("--json", "form", flag_value="json", help="Write JSON.")
@click.option("--output", type=click.Path(dir_okay=False), help="The file to write; without it, standard output.")
def saved(name: str | None, form: str | None, output: str | None) -> None:
    """Print a saved report, by its NAME or its number, with the days of today; without one, list them."""
    need_tables()
    session, now = db.session(), clock.now()
    lines = saved_reports(session, command())
    if name is None:
        for one in lines:
            first_day, last_day = one.days_on(now)
            sites = ", ".join(site.name for site in one.sites)
            click.echo(f"{one.id}  {one.name}: {one.report}, {first_day} to {last_day}, {sites}")
        return
    found = [one for one in lines if one.name.casefold() == name.strip().casefold()]
    found = found or [one for one in lines if str(one.id) == name.strip()]
    if not found:
        fail(f"There is no saved report {name!r}. `cm-tracker report saved` lists them.")
    if len(found) > 1:
        numbers = ", ".join(str(one.id) for one in found)
        fail(f"Several saved reports have the name {name!r}. Name one by its number: {numbers}.")
    try:
        table = saved_table(session, command(), found[0], now)
    except Refused as error:
        fail(error.message(i18n))
    write_made(FORMS[form or "text"](table), output)


for _of in REPORTS.values():
    _add(_of)
