"""Leads keep the list of goals: they add, rename and retire, and can begin with a list."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.goals.add_starting_list import add_starting_list
from cm_tracker.operations.goals.retire_listed_goal import retire_listed_goal
from cm_tracker.queries.goals.listed import listed_goals
from tests import cast
from tests import goals as here
from tests.domain.refused import refused


def in_list(session: Session, actor: Actor = cast.rosa) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.title, one.is_retired) for one in listed_goals(session, actor, cast.HARBOR)]


def test_a_lead_adds_a_goal_with_its_kind(session: Session) -> None:
    here.listed(session, "  Find a   sponsor ")
    assert in_list(session) == [("support", "Find a sponsor", False)]
    assert in_list(session, cast.anna) == []


def test_two_goals_of_a_list_have_other_words(session: Session) -> None:
    here.listed(session)
    with refused("The list has this goal already. Choose other words.", "title"):
        here.listed(session, "find a SPONSOR")
    with refused("Give the goal its words.", "title"):
        here.listed(session, " ")
    with refused("Choose the kind of the goal.", "kind"):
        here.listed(session, "Run", kind="sports")


def test_a_renamed_goal_stays_in_the_list_as_a_retired_one(session: Session) -> None:
    first = here.listed(session)
    second = here.listed(session, "Find a sponsor or a mentor", listed_id=first)
    assert second != first
    assert in_list(session) == [
        ("support", "Find a sponsor or a mentor", False),
        ("support", "Find a sponsor", True),
    ]
    assert listed_goals(session, cast.rosa, cast.HARBOR)[0].renamed_from == "Find a sponsor"
    with refused("This goal is not in the list any more. Choose another one."):
        here.listed(session, "Another", listed_id=first)


def test_a_retired_goal_can_be_chosen_no_more_and_its_words_are_free(session: Session) -> None:
    first = here.listed(session)
    assert retire_listed_goal(session, listed_id=first, actor=cast.miriam, now=cast.NOW) == cast.HARBOR
    retire_listed_goal(session, listed_id=first, actor=cast.miriam, now=cast.NOW)  # it is retired already
    assert session.execute(text("SELECT count(*) FROM audit_event WHERE tag = 'goal:retired'")).scalar_one() == 1
    here.listed(session)
    assert in_list(session) == [("support", "Find a sponsor", False), ("support", "Find a sponsor", True)]
    with pytest.raises(NotFound):
        retire_listed_goal(session, listed_id=99, actor=cast.miriam, now=cast.NOW)


def test_a_site_begins_with_the_starting_list(session: Session) -> None:
    here.listed(session, "find a sponsor or a mentor")
    added = add_starting_list(session, site_id=cast.HARBOR, key=cast.key(), actor=cast.miriam, now=cast.NOW)
    # Sixteen goals, of which the list has one already.
    assert (added, len(in_list(session))) == (15, 16)
    assert {kind for kind, _, _ in in_list(session)} == {
        "abstinence", "skills", "support", "housing", "education", "work", "legal", "medical", "family", "relapse_plan",
    }  # fmt: skip
    with refused("The list has all of these goals already. Nothing was added."):
        add_starting_list(session, site_id=cast.HARBOR, key=cast.key(), actor=cast.miriam, now=cast.NOW)
