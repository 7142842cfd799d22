"""`cm-tracker`: the one command of an installed program. It needs no checkout and no folder to stand in."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations

from cm_tracker import create_app
from cm_tracker.cli import COMMANDS
from cm_tracker.cli.clinic import fail
from cm_tracker.cli.ownership import of_the_folders_owner
from cm_tracker.config import BadSettings, instance_folder
from cm_tracker.database_errors import DatabaseDown, DatabaseError, is_not_allowed
from cm_tracker.domain.errors import Refused
from cm_tracker.ready import NOT_ALLOWED, cannot_be_opened
from cm_tracker.version import NAME, VERSION


class Program(click.Group):
    """The commands. What is refused to any of them, by a rule, the database or a file, becomes a sentence."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Refused as error:
            fail(str(error))
        except DatabaseDown as error:
            fail(cannot_be_opened(error))
        except DatabaseError as error:
            if not is_not_allowed(error):
                raise
            fail(NOT_ALLOWED)
        except PermissionError as error:
            fail(
                f"{error.filename or 'A file'} may not be read or written by this account. Run the command as the account that runs the "
                "program, or give the file to it with chown."
            )


@contextmanager
def clean_end() -> Iterator[None]:
    """Let SIGTERM and a terminal that closes end the block as an exception does, so that it removes what it has half made.

    A signal that is ignored stays ignored, as under nohup. After the first one, cleaning up is not interrupted by another.
    """
    caught = [one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        caught = []

    def end(number: int, _frame: object) -> None:
        for one in caught:
            signal.signal(one, signal.SIG_IGN)
        sys.exit(128 + number)

    for one in caught:
        signal.signal(one, end)
    try:
        yield
    finally:
        for one in caught:
            signal.signal(one, signal.SIG_DFL)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
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

    # What a command writes, such as an export, is its owner's alone.
    os.umask(0o077)
    # A command that needs no clinic, such as one with --help, makes no application.
    context.obj = ScriptInfo(create_app=application, set_debug_flag=False)
    # A server ends in a way of its own.
    if context.invoked_subcommand != "serve":
        context.with_resource(clean_end())
    with suppress(BadSettings):
        context.with_resource(of_the_folders_owner(instance_folder(instance)))


for one in (*COMMANDS, migrations):
    program.add_command(one)


def main() -> None:
    """Run the command with the arguments of this process."""
    program(prog_name=NAME)
