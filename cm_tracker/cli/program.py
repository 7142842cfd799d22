"""`cm-tracker`: the one command of an installed program. It needs no checkout and no folder to stand in."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations

from cm_tracker import create_app
from cm_tracker.cli import COMMANDS
from cm_tracker.cli.clinic import fail
from cm_tracker.config import BadSettings
from cm_tracker.version import NAME, VERSION


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    envvar="INSTANCE_PATH",
    show_envvar=True,
    metavar="FOLDER",
    help="The folder of the clinic, with its settings and keys. In a checkout it is instance/ unless you say otherwise.",
)
@click.version_option(VERSION, prog_name=NAME, message="%(prog)s %(version)s")
@click.pass_context
def program(context: click.Context, instance: Path | None) -> None:
    """Set up a clinic, serve its pages, and look after its records."""

    def application() -> Flask:
        try:
            return create_app(instance=instance)
        except (BadSettings, RuntimeError) as error:
            fail(str(error))
        except OSError as error:
            fail(f"{error.filename} cannot be read ({error.strerror}).")

    # A command that needs no clinic, such as one with --help, makes no application.
    context.obj = ScriptInfo(create_app=application, set_debug_flag=False)


for one in (*COMMANDS, migrations):
    program.add_command(one)


def main() -> None:
    """Run the command with the arguments of this process."""
    program(prog_name=NAME)
