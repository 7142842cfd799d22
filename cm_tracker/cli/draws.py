"""`cm-tracker draws`: check prize draws."""

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
    """Check prize draws."""


@draws.command()
@click.argument("receipt", type=click.File(encoding="utf-8"), required=False)
def verify(receipt: TextIO | None) -> None:
    """Check one draw by its RECEIPT, or every draw in the database.

    The exit status is 0 only if there is no problem.
    """
    if receipt is not None:
        _verify_one(receipt)
    need_tables()
    draw_count = wrong_count = last_id = 0
    while lines := all_draws(db.session(), last_id):
        for line in lines:
            problems = wrong_with(line)
            draw_count += 1
            wrong_count += bool(problems)
            for problem in problems:
                click.echo(f"draw {line.id}: {problem}", err=True)
        last_id = lines[-1].id
    result = f"{wrong_count:,} with a problem" if wrong_count else "no problems found"
    click.echo(f"{draw_count:,} draws checked: {result}.")
    sys.exit(1 if wrong_count else 0)


def _verify_one(receipt: TextIO) -> None:
    try:
        problems = receipt_problems(json.load(receipt))
    except (ValueError, BadInput):
        fail("This is not a complete draw receipt. Copy all of it, from the opening brace to the closing brace.")
    for problem in problems:
        click.echo(problem, err=True)
    if not problems:
        click.echo("No problems found.")
    sys.exit(1 if problems else 0)
