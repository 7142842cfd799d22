"""The list of goals that the leads of a site keep."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.goals.listed import KINDS, ListedGoal
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ListedGoalRow
from cm_tracker.queries.staff.sites import at_sites

MOST = 500
"""So many goals of a list are read: those in use, and the ones that were retired last."""


def titles_in_use(session: Session, site_id: int) -> dict[int, str]:
    """Return the words of the goals in use at a site by their ids. The caller checks whether the actor may see the site."""
    rows = session.execute(
        select(ListedGoalRow.id, ListedGoalRow.title)
        .where(ListedGoalRow.site_id == site_id, ListedGoalRow.retired_at.is_(None))
        .order_by(ListedGoalRow.id)
        .limit(MOST)
    )
    return {row.id: row.title for row in rows}


def listed_goals(session: Session, actor: Actor, site_id: int) -> tuple[ListedGoal, ...]:
    """Return the list of one of the actor's sites: those in use by kind and words, and then the retired ones."""
    before = aliased(ListedGoalRow)
    rows = session.execute(
        select(
            ListedGoalRow.id,
            ListedGoalRow.site_id,
            ListedGoalRow.kind,
            ListedGoalRow.title,
            ListedGoalRow.retired_at,
            before.title.label("renamed_from"),
        )
        .outerjoin(before, before.id == ListedGoalRow.renames_id)
        .where(ListedGoalRow.site_id == site_id, at_sites(ListedGoalRow.site_id, actor))
        .order_by(ListedGoalRow.retired_at.is_not(None), ListedGoalRow.id.desc())
        .limit(MOST)
    )
    found = [
        ListedGoal(row.id, row.site_id, row.kind, row.title, row.retired_at is not None, row.renamed_from)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.is_retired, KINDS.index(one.kind), one.title.casefold())))


def listed_goal(session: Session, actor: Actor, listed_id: int) -> ListedGoal:
    """Return a goal of the list of one of the actor's sites. Raise `NotFound`."""
    row = session.execute(
        select(
            ListedGoalRow.id, ListedGoalRow.site_id, ListedGoalRow.kind, ListedGoalRow.title, ListedGoalRow.retired_at
        ).where(ListedGoalRow.id == listed_id, at_sites(ListedGoalRow.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="goal")
    return ListedGoal(row.id, row.site_id, row.kind, row.title, row.retired_at is not None)
