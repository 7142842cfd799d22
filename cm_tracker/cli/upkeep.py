"""What commands have in common that keep the installation well: each notes in the database what became of it."""

from datetime import datetime

import click

from cm_tracker import clock
from cm_tracker.database_errors import DatabaseError, NoConnection
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.upkeep.note_upkeep import note_upkeep
from cm_tracker.version import VERSION


def note(task: str, started_at: datetime, *, is_done: bool, says: Phrase) -> None:
    """Note a task that has ended now. What cannot be noted, such as on a full disk, is said on standard error.

    A server that leaves just then may have noted it or not; the next task goes on either way.
    """
    try:
        note_upkeep(
            db.session(),
            task=task,
            started_at=started_at,
            is_done=is_done,
            says=says,
            version=VERSION,
            actor=command(),
            now=clock.now(),
        )
    except (DatabaseError, NoConnection, Refused):
        click.echo(f"It could not be noted in the database that this was done: {task}.", err=True)
    finally:
        db.session.remove()
