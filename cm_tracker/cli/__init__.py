"""The commands of `cm-tracker`. They call the same operations and queries as the pages.

`program` is the command itself. `flask` has the same commands in a checkout.
"""

from flask import Flask

from cm_tracker.cli import (
    backup,
    clinic,
    draws,
    export,
    importing,
    keys,
    ledger,
    moving,
    nightly,
    report,
    schedule,
    upgrade,
)
from cm_tracker.cli.demo import command as demo

COMMANDS = (
    clinic.init,
    clinic.serve,
    clinic.staff,
    clinic.site,
    schedule.schedule,
    importing.import_,
    backup.backup,
    backup.restore,
    backup.drill,
    backup.backup_key,
    nightly.nightly,
    upgrade.upgrade,
    moving.move_database,
    keys.keys,
    ledger.ledger,
    draws.draws,
    report.report,
    export.export,
    demo.demo,
)


def init_app(app: Flask) -> None:
    """Register the commands with the app, where `flask` finds them."""
    for command in COMMANDS:
        app.cli.add_command(command)
