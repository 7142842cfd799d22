"""What the commands share that print reports and lists: days, a site, and where the output goes."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from cm_tracker.cli.clinic import fail
from cm_tracker.db import db
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import command
from cm_tracker.queries.staff.sites import sites_of


def day_option(option: str, text: str | None) -> date | None:
    """Return the day of an option, or exit with a sentence."""
    if text is None:
        return None
    try:
        return parse_day(text)
    except BadInput as error:
        fail(f"{option}: {text!r} is not a day. {error}")


def site_option(text: str | None) -> int | None:
    """Return the id of a site by its name or its number, or exit with a sentence that lists the sites."""
    if text is None:
        return None
    sites = sites_of(db.session(), command())
    found = [site.id for site in sites if site.name.casefold() == text.strip().casefold()]
    found = found or [site.id for site in sites if str(site.id) == text.strip()]
    if not found:
        fail(f"--site: there is no site {text!r}. The sites are: {', '.join(site.name for site in sites)}.")
    return found[0]


def refuse_terminal(output: str | None) -> None:
    """Exit with a sentence where a workbook would be shown on a terminal."""
    if output is None and sys.stdout.isatty():
        fail("A workbook cannot be shown here. Name a file with --output.")


def write_made(made: str | bytes, output: str | None) -> None:
    """Write a report to a file or to standard output. A workbook on a terminal is refused."""
    if isinstance(made, bytes):
        refuse_terminal(output)
    write_chunks([made if isinstance(made, bytes) else f"{made.rstrip()}\n".encode()], output)


def write_chunks(chunks: Iterable[bytes], output: str | None) -> None:
    """Write what is made piece by piece to a file or to standard output."""
    if output is None:
        for chunk in chunks:
            click.echo(chunk, nl=False)
        return
    try:
        with Path(output).open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
    except OSError as error:
        fail(f"--output: {output} cannot be written ({error.strerror}).")
