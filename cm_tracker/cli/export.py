"""`cm-tracker export`: every list of the program as a file, as the pages send it."""

import click
from flask.cli import AppGroup

from cm_tracker import clock, i18n
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.cli.taking_out import day_option, refuse_terminal, site_option, write_chunks
from cm_tracker.db import db
from cm_tracker.domain.audit.downloads import CSV, XLSX
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.staff.roles import command
from cm_tracker.exports.export import Chosen, Export, columns_in, facts, rows_in, too_many
from cm_tracker.exports.registry import EXPORTS
from cm_tracker.exports.research import NAME, problem_of, research_file
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.paging import ListFilter
from cm_tracker.queries.staff.sites import zone_of_list, zones_of_sites
from cm_tracker.spreadsheets import CODEBOOK, Sheets, codebook, csv_chunks, xlsx_chunks


@click.group(cls=AppGroup)
def export() -> None:
    """Write a list as a file: one row for each visit, award, redemption and so on, by the client's code."""


def _add(of: Export) -> None:
    """Add the command of a list."""

    @export.command(of.name, help=of.row)
    @click.option("--from", "from_", metavar="DAY", help="The first day; without it, from the beginning.")
    @click.option("--to", metavar="DAY", help="The last day; without it, up to now.")
    @click.option("--site", metavar="NAME", help="One site, by its name or its number; without it, all.")
    @click.option("--csv", "way", flag_value=CSV, default=True, help="Write CSV. This is what is written anyway.")
    @click.option("--xlsx", "way", flag_value=XLSX, help="Write a workbook, with the codebook on its second sheet.")
    @click.option("--codebook", "only_codebook", is_flag=True, help="Write what the columns mean, as CSV.")
    @click.option("--output", type=click.Path(dir_okay=False), help="The file to write; without it, standard output.")
    def run(
        from_: str | None, to: str | None, site: str | None, way: str, only_codebook: bool, output: str | None
    ) -> None:  # fmt: skip
        need_tables()
        if only_codebook:
            write_chunks(csv_chunks(CODEBOOK, codebook(of.fields)), output)
            return
        site_id = site_option(site)
        common = ListFilter(
            site_id=site_id,
            since=day_option("--from", from_),
            until=day_option("--to", to),
            time_zone=zone_of_list(db.session(), command(), site_id),
        )
        try:
            chosen: Chosen = of.filter_of(common)
        except Refused as error:
            fail(error.message(i18n))
        if (problem := too_many(of, command(), chosen, way)) is not None:
            fail(problem)
        if way == XLSX:
            refuse_terminal(output)
        _take_out(of, chosen, site, way, output)


def _take_out(of: Export, chosen: Chosen, site: str | None, way: str, output: str | None) -> None:
    """Write a list. The audit trail says so, as of somebody who downloads it."""
    now = clock.now()
    note_download(
        db.session(),
        list_name=of.name,
        site_id=chosen.site_id,
        since=chosen.since,
        until=chosen.until,
        actor=command(),
        now=now,
        way=way,
    )
    columns, rows = columns_in(of, chosen.time_zone), rows_in(of, command(), chosen)
    if way == CSV:
        write_chunks(csv_chunks(columns, rows), output)
    else:
        write_chunks(xlsx_chunks(columns, rows, Sheets("List", "Codebook", facts(of, chosen, site, now))), output)


for _of in EXPORTS.values():
    _add(_of)


@export.command(NAME)
@click.option("--from", "from_", metavar="DAY", help="The first day; without it, from the beginning.")
@click.option("--to", metavar="DAY", help="The last day; without it, up to now.")
@click.option("--site", metavar="NAME", help="One site, by its name or its number; without it, all.")
@click.option("--output", type=click.Path(dir_okay=False), help="The file to write; without it, standard output.")
def research(from_: str | None, to: str | None, site: str | None, output: str | None) -> None:
    """Write a ZIP of visits, specimens, awards and redemptions that tell about nobody: days are shifted, rare words hidden."""
    need_tables()
    site_id = site_option(site)
    chosen = ListFilter(
        site_id=site_id,
        since=day_option("--from", from_),
        until=day_option("--to", to),
        time_zone=zone_of_list(db.session(), command(), site_id),
    )
    if (problem := problem_of(command(), chosen)) is not None:
        fail(problem)
    refuse_terminal(output)
    now = clock.now()
    note_download(
        db.session(), list_name=NAME, site_id=site_id, since=chosen.since, until=chosen.until, actor=command(), now=now
    )
    write_chunks(research_file(command(), chosen, zones_of_sites(db.session(), command()), now), output)
