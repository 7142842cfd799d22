"""`flask ledger`: verify it."""

import json
import sys
from dataclasses import asdict

import click
from flask.cli import AppGroup

from cm_tracker.cli.clinic import need_tables
from cm_tracker.db import db
from cm_tracker.queries.ledger_verify import LEVELS, Verification, verify_ledger


@click.group(cls=AppGroup)
def ledger() -> None:
    """The audit ledger."""


@ledger.command()
@click.option("--level", type=click.IntRange(min(LEVELS), max(LEVELS)), default=max(LEVELS), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(level: int, as_json: bool) -> None:
    """Work everything out again; exit 0 only if all holds."""
    need_tables()
    found = _with_progress(level, as_json)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "ok": found.ok,
                    "size": found.size,
                    "transactions": found.transactions,
                    "entries": found.entries,
                    "checkpoints": found.checkpoints,
                    "findings": [asdict(finding) for finding in found.findings],
                }
            )
        )
    else:
        for finding in found.findings:
            where = f"seq {finding.seq}, " if finding.seq is not None else ""
            click.echo(f"level {finding.level}: {where}{finding.table}: {finding.says}", err=True)
        said = "all holds" if found.ok else f"{len(found.findings)} finding(s)"
        click.echo(
            f"{found.size:,} records, {found.transactions:,} transactions, {found.entries:,} entries, "
            f"up to level {level}: {said}."
        )
    sys.exit(0 if found.ok else 1)


def _with_progress(level: int, as_json: bool) -> Verification:
    if as_json or not sys.stderr.isatty():
        return verify_ledger(db.session(), level=level)
    with click.progressbar(length=100, label="Verifying", file=sys.stderr) as bar:

        def show(done: int, of: int) -> None:
            bar.update(int(100 * done / max(of, 1)) - bar.pos)

        return verify_ledger(db.session(), level=level, progress=show)
