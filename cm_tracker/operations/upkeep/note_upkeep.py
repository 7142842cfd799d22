"""Note that a task of the installation's upkeep was carried out, or failed."""

import json
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.stored_phrases import stored
from cm_tracker.domain.upkeep import TASKS
from cm_tracker.models import Upkeep


@one_transaction
def note_upkeep(
    session: Session,
    *,
    task: str,
    started_at: datetime,
    is_done: bool,
    says: Phrase,
    version: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Note a task of `domain.upkeep.TASKS` that ended `now`. Return the id of the note.

    `says` is one of the sentences of `domain.upkeep`; its language is chosen where it is read. `version` is the program's.
    Where the clock was set back meanwhile, the task ended when it began. Raise `NotAllowed` for anybody but a command.
    """
    if not actor.may("upkeep:note"):
        raise NotAllowed(roles=actor.roles)
    if task not in TASKS:
        raise ValueError(f"{task!r} is no task")
    return session.execute(
        insert(Upkeep)
        .values(
            task=task,
            started_at=started_at,
            ended_at=max(started_at, now),
            is_done=is_done,
            says=json.dumps(stored(says)),
            version=version,
        )
        .returning(Upkeep.id)
    ).scalar_one()
