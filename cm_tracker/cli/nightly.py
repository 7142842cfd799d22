"""`cm-tracker nightly`: what an installation needs every night. One task that fails does not stop the others."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from cm_tracker import clock, i18n
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.backups.making import Protection
from cm_tracker.cli.backup import back_up, keys_of_settings, what_was_made
from cm_tracker.cli.clinic import need_tables
from cm_tracker.cli.ledger import ledger, own_signer, print_result, print_verification, verify_now
from cm_tracker.cli.upkeep import note
from cm_tracker.db import db
from cm_tracker.domain.errors import LedgerInDoubt, Refused
from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.upkeep import (
    BACKUP,
    CHECKPOINT,
    EXPIRY,
    FILES,
    LEFT_OUT,
    REFUSED,
    VERIFY,
    broke_off,
    expired,
    no_backup,
    removed,
    signed,
    verified,
)
from cm_tracker.faults import told
from cm_tracker.operations.imports.remove_import import remove_import
from cm_tracker.operations.ledger.expire_points import expire_points
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.imports import forgotten_imports
from cm_tracker.queries.ledger.expiry import expired_clients
from cm_tracker.queries.ledger.verify import LEVELS


class NotDone(Exception):
    """A task of the night was not done; `says` says why, without a path."""

    def __init__(self, says: Phrase) -> None:
        super().__init__(says)
        self.says = says


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--encrypt-to", "public_keys", multiple=True, metavar="age1…", help="A public key; may be repeated.")
@click.option("--without-keys", is_flag=True, help="Leave the settings and the keys out of the backup.")
@click.option("--keep", type=click.IntRange(1), help="Drop all but so many of the newest backups in the folder.")
@with_appcontext
def nightly(folder: Path | None, public_keys: tuple[str, ...], without_keys: bool, keep: int | None) -> None:
    """Back up, verify at all levels, expire points where a lead has set this, remove old files, and sign a checkpoint.

    The backup goes into FOLDER, or where the setting BACKUP_FOLDER says; without either there is none. Run it from cron or
    a timer. The exit status is 1 if anything failed.
    """
    need_tables()
    configured = current_app.config["BACKUP_FOLDER"]
    into = folder or (Path(configured) if configured else None)
    is_good = True
    if into is not None:
        protection = Protection(public_keys or keys_of_settings())
        is_good = _task(BACKUP, partial(_back_up, into, protection, with_keys=not without_keys, keep=keep))
    sys.exit(0 if _look_after_the_ledger() and is_good else 1)


@ledger.command("nightly")
def nightly_without_backup() -> None:
    """Verify at all levels, expire points, and sign a checkpoint: what cm-tracker nightly does without a backup."""
    need_tables()
    sys.exit(0 if _look_after_the_ledger() else 1)


def _look_after_the_ledger() -> bool:
    """Verify, expire and sign. Return whether all of it was done."""
    if _task(VERIFY, _verify):
        return all([_task(EXPIRY, _expire), _task(FILES, _remove_files), _task(CHECKPOINT, _sign)])
    # Nobody should print a checkpoint of a ledger that may be wrong, nor book anything in it.
    for task in (EXPIRY, FILES, CHECKPOINT):
        note(task, clock.now(), is_done=False, says=LEFT_OUT)
    return False


def _task(name: str, work: Callable[[], Phrase]) -> bool:
    """Do a task and note what became of it. Return whether it was done; say on standard error why not."""
    started = clock.now()
    try:
        says, is_done = work(), True
    except NotDone as error:
        says, is_done = error.says, False
    except BackupFailed as error:
        says, is_done = no_backup(str(error)), False
    except LedgerInDoubt:
        click.echo(
            "An earlier verification had findings, and no admin has unlocked recording since. Sign in as an admin, open Ledger, "
            "and look at it there.",
            err=True,
        )
        says, is_done = REFUSED, False
    except Refused as error:
        click.echo(error.message(i18n), err=True)
        says, is_done = REFUSED, False
    except Exception as error:  # one broken task does not stop the others
        click.echo(told(error), err=True)
        says, is_done = broke_off(type(error).__name__), False
    if not is_done:
        click.echo(f"{name}: {says}", err=True)
    db.session.remove()
    note(name, started, is_done=is_done, says=says)
    return is_done


def _back_up(folder: Path, protection: Protection, *, with_keys: bool, keep: int | None) -> Phrase:
    if not folder.is_dir():
        click.echo(f"There is no folder {folder}.", err=True)
        raise BackupFailed("its folder is not there")
    made = back_up(folder, protection, with_keys=with_keys, keep=keep)
    click.echo(made.path)
    return what_was_made(made)


def _verify() -> Phrase:
    verification = verify_now(max(LEVELS), own_signer())
    save_verification(db.session(), verification=verification, actor=command(), now=clock.now())
    says = verified(verification.size, len(verification.findings))
    if verification.ok:
        print_result(verification)  # a good night is a short mail of cron
        return says
    print_verification(verification)
    click.echo(
        "Nothing is recorded until an admin has looked at this. Sign in and open Ledger, Verify the ledger.", err=True
    )
    raise NotDone(says)


def _expire() -> Phrase:
    """Expire the points that are due."""
    now, count = clock.now(), 0
    after: int | None = 0
    while after is not None:
        due, after = expired_clients(db.session(), now, after=after)
        db.session.rollback()
        count += sum(
            expire_points(db.session(), client_id=client_id, actor=command(), now=now) > 0 for client_id in due
        )
    says = expired(count)
    if count:
        click.echo(says)
    return says


def _remove_files() -> Phrase:
    """Remove the files that were imported long ago."""
    now = clock.now()
    forgotten = forgotten_imports(db.session(), now)
    db.session.rollback()
    for import_id in forgotten:
        remove_import(db.session(), import_id=import_id, actor=command(), now=now)
    return removed(len(forgotten))


def _sign() -> Phrase:
    checkpoint = take_checkpoint(db.session(), signer=own_signer(), actor=command(), now=clock.now())
    click.echo(f"Checkpoint {checkpoint.checkpoint.code}")
    return signed(checkpoint.checkpoint.size)
