"""A lead adds a goal to the list of a site, or renames one."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.goals.listed import check_listed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ListedGoalRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_listed_goal import write_listed_goal
from cm_tracker.queries.goals.listed import titles_in_use


@one_transaction
def save_listed_goal(
    session: Session,
    *,
    site_id: int,
    listed_id: int | None = None,
    kind: str,
    title: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Add a goal to the list, or give the one with `listed_id` other words, and return the id of the new row.

    Clients whose goal it is keep the words that they chose. Raise what `check_listed` raises, and `BadInput` for a goal
    that is not in the list any more.
    """
    lock_site(session, site_id, "goal-list:manage", actor)

    def write() -> int:
        in_use = titles_in_use(session, site_id)
        refusals = AllRefusals()
        with refusals:
            if listed_id is not None and listed_id not in in_use:
                raise BadInput("This goal is not in the list any more. Choose another one.")
        with refusals:
            check_listed(kind, title, [words for of, words in in_use.items() if of != listed_id])
        refusals.raise_any()
        if listed_id is not None:
            session.execute(update(ListedGoalRow).where(ListedGoalRow.id == listed_id).values(retired_at=now))
        return write_listed_goal(session, site_id, kind, title, actor=actor, now=now, renames_id=listed_id)

    return run_once(session, key, "save_listed_goal", [site_id, listed_id, kind, title], actor, now, write)
