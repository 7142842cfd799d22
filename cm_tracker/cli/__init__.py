"""The commands of `flask --help`. They call the same operations and queries as the pages."""

from flask import Flask

from cm_tracker.cli import backup, clinic, draws, export, importing, keys, ledger, report, schedule
from cm_tracker.cli.demo import command as demo


def init_app(app: Flask) -> None:
    """Register the commands with the app."""
    for command in (
        schedule.schedule,
        ledger.ledger,
        keys.keys,
        backup.backup,
        draws.draws,
        report.report,
        export.export,
        importing.import_,
        clinic.init,
        clinic.serve,
        clinic.staff,
        clinic.site,
        demo.demo,
    ):
        app.cli.add_command(command)
