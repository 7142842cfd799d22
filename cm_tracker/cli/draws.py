"""`flask draws`: work draws out again."""

import json
import sys
from typing import TextIO

import click
from flask.cli import AppGroup

from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.prizes.draws import receipt_problems
from cm_tracker.queries.prizes.draws import all_draws, wrong_with


@click.group(cls=AppGroup)
def draws() -> None:
    """Prize draws."""


@draws.command()
@click.argument("receipt", type=click.File(encoding="utf-8"), required=False)
def verify(receipt: TextIO | None) -> None:
    """Work out one draw from its RECEIPT, or every draw of the database; exit 0 only if all holds."""
    if receipt is not None:
        _verify_one(receipt)
    need_tables()
    count = wrong = after = 0
    while lines := all_draws(db.session(), after):
        for line in lines:
            count, found = count + 1, wrong_with(line)
            wrong += bool(found)
            for says in found:
                click.echo(f"draw {line.id}: {says}", err=True)
        after = lines[-1].id
    click.echo(f"{count:,} draws: {'all hold' if not wrong else f'{wrong:,} do not hold'}.")
    sys.exit(1 if wrong else 0)


def _verify_one(receipt: TextIO) -> None:
    try:
        found = receipt_problems(json.load(receipt))
    except (ValueError, BadInput):
        fail("This is no whole receipt of a draw. Copy all lines between the braces, with them.")
    for says in found:
        click.echo(says, err=True)
    if not found:
        click.echo("All holds.")
    sys.exit(1 if found else 0)
