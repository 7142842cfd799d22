"""A lead adds the goals of the starting list to the list of a site."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.goals.listed import check_listed, new_of_starting_list
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_listed_goal import write_listed_goal
from cm_tracker.queries.goals.listed import titles_in_use


@one_transaction
def add_starting_list(session: Session, *, site_id: int, key: str, actor: Actor, now: datetime) -> int:
    """Add the goals that the site does not have yet, and return how many. Raise `BadInput` where it has all of them."""
    lock_site(session, site_id, "goal-list:manage", actor)

    def write() -> int:
        in_use = list(titles_in_use(session, site_id).values())
        added = new_of_starting_list(in_use)
        if not added:
            raise BadInput("The list has all of these goals already. Nothing was added.")
        for one in added:
            check_listed(one.kind, one.title, in_use)
            write_listed_goal(session, site_id, one.kind, one.title, actor=actor, now=now)
            in_use.append(one.title)
        return len(added)

    return run_once(session, key, "add_starting_list", [site_id], actor, now, write)
