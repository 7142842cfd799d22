"""`cm-tracker keys`: the keys of the names and notes in the database."""

import sys
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from cm_tracker import clock, config
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.cli.backup import url_of_owner
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.db import as_owner, db, snapshot
from cm_tracker.domain.errors import DatabaseBusy
from cm_tracker.domain.staff.roles import command
from cm_tracker.encryption import DataKeys, KeysBusy
from cm_tracker.operations.clients.encrypt_again import Step, encrypt_again
from cm_tracker.operations.clients.note_data_key import note_data_key
from cm_tracker.queries.clients.encrypted_values import count_by_key, encrypted_table_names

TRIES = 20


@click.group(cls=AppGroup)
def keys() -> None:
    """Replace the key of names and notes, and say which key opens what."""


@keys.command()
def status() -> None:
    """Say how many keys there are and how many values each opens. Exit with 1 where none opens a value."""
    need_tables()
    own = _keys()
    click.echo(f"{own.path} has {len(own)} key{'' if len(own) == 1 else 's'}.")
    with snapshot(db.engine) as session:
        counts = count_by_key(session, own)
    for one in counts:
        older = f", an older one {one.older:,}" if one.older else ""
        lost = f", NO KEY {one.unreadable:,}" if one.unreadable else ""
        click.echo(f"  {one.table}: the newest key opens {one.newest:,}{older}{lost}")
    if len(own) > 1:
        click.echo(
            "A key is being replaced: cm-tracker keys rotate goes on with it, cm-tracker keys rotate --finish ends it."
        )
    sys.exit(1 if any(one.unreadable for one in counts) else 0)


@keys.command()
@click.option("--finish", is_flag=True, help="Drop the older keys, after everything was encrypted again.")
def rotate(finish: bool) -> None:
    """Make a new key and encrypt everything again with it. The program may go on meanwhile.

    The older key stays in the file until you run this with --finish. After an interruption, run the same command again.
    Where several servers serve the clinic, copy the file to all of them before you finish.
    """
    need_tables()
    own = _keys()
    try:
        url_of_owner()
    except BackupFailed as error:
        fail(f"No key was changed: {error}.")
    if finish and len(own) == 1:
        fail("There is only one key, so there is nothing to finish.")
    if not finish and len(own) == 1:
        note_data_key(db.session(), is_dropped=False, actor=command(), now=clock.now())
        _attempt(own.add)
    newest = own.newest
    db.session.remove()
    changed, unreadable = _encrypt_all_again()
    click.echo(f"{changed:,} value{'' if changed == 1 else 's'} encrypted again.")
    if unreadable:
        fail(
            f"No key opens {unreadable:,} value{'' if unreadable == 1 else 's'}. No key was dropped. cm-tracker keys status "
            "says in which tables, and cm-tracker ledger verify which rows somebody changed."
        )
    if finish and changed:
        fail(
            "So somebody went on with the older key, such as a server with a file of before. No key was dropped. Copy "
            f"{own.path} to every server of this clinic, and run the same command again."
        )
    if finish:
        note_data_key(db.session(), is_dropped=True, actor=command(), now=clock.now())
        _attempt(lambda: own.keep_only(newest))
        click.echo(f"Only the newest key is in {own.path}. Older backups need the file that was kept with them.")
    else:
        click.echo(
            f"Back up {own.path} now. The older key is still in it: run cm-tracker keys rotate --finish when the new file is "
            "safe."
        )


def _encrypt_all_again() -> tuple[int, int]:
    """Return how many values were encrypted again, and how many no key opens."""
    changed = unreadable = 0
    with as_owner(db.engine, config.driver_url(current_app.config["OWNER_DATABASE_URL"])) as session:
        for table in encrypted_table_names():
            step = _next(session, table, None)
            while True:
                changed, unreadable = changed + step.changed, unreadable + step.unreadable
                if step.last is None:
                    break
                step = _next(session, table, step.last)
    return changed, unreadable


def _next(session: Any, table: str, after: Any) -> Step:
    """Encrypt the next rows again. The clinic goes on working, so it may take some tries to get the lock."""
    for tries_left in reversed(range(TRIES)):
        try:
            return encrypt_again(session, table=table, after=after)
        except DatabaseBusy:
            if not tries_left:
                fail("Others are saving all the time. Run the same command again later: it goes on where it stopped.")
    raise AssertionError("unreachable")


def _attempt(change: Callable[[], None]) -> None:
    try:
        change()
    except KeysBusy as error:
        fail(str(error))


def _keys() -> DataKeys:
    found: DataKeys = current_app.extensions["cm_data_keys"]
    return found
