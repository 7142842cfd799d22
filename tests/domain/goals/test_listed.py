"""The list of goals that leads keep, and the one that a site can start with."""

from cm_tracker.domain.goals.listed import KINDS, STARTING_LIST, check_listed, new_of_starting_list
from tests.domain.refused import refused


def test_a_goal_of_the_list_has_a_kind_and_words_of_its_own() -> None:
    check_listed("work", "x" * 120, ["Find a job"])
    with refused("Choose the kind of the goal.", "kind"):
        check_listed("fun", "Dance", [])
    with refused("Give the goal its words.", "title"):
        check_listed("work", " ", [])
    with refused("Shorten the goal to 120 characters.", "title"):
        check_listed("work", "x" * 121, [])
    with refused("The list has this goal already. Choose other words.", "title"):
        check_listed("work", " find  A job", ["Find a job"])
    with refused("The list has 200 goals. Retire one first.", "title"):
        check_listed("work", "Find a job", [f"Goal {number}" for number in range(200)])


def test_the_starting_list_has_each_kind_and_no_goal_twice() -> None:
    assert {one.kind for one in STARTING_LIST} == set(KINDS) == {
        "abstinence", "skills", "support", "housing", "education", "work", "legal", "medical", "family", "relapse_plan",
    }  # fmt: skip
    in_use: list[str] = []
    for one in STARTING_LIST:
        check_listed(one.kind, one.title, in_use)
        in_use.append(one.title)
    assert new_of_starting_list(in_use) == ()


def test_what_a_site_has_already_is_left_out() -> None:
    left = new_of_starting_list(["begin a JOB or volunteer work", "Our own"])
    assert len(left) == 15
    assert "Begin a job or volunteer work" not in [one.title for one in left]
