"""The steps of the editor: where a problem stands, and where the page goes after a button."""

import pytest

from cm_tracker.domain.errors import Problem
from cm_tracker.forms.schedules import steps
from cm_tracker.forms.schedules.drafts import apply_action
from cm_tracker.forms.schedules.steps import Place, of_left_fields, place_after, step_of, track_of, wrong_steps
from tests.domain.schedules.documents import document, phase, track


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("name", 0), ("source", 0), ("format", 0), ("currency", 0), ("tracks[0].title", 1), ("tracks[1].target[0]", 1),
        ("tracks[0].reading.unit", 1), ("tracks[0].phases[0].weeks", 2), ("tracks[0].phases[1].visits_per_week", 2),
        ("tracks[0].phases", 2), ("tracks[0].most_paid", 2), ("tracks[0].phases[0].reading.at_most", 2),
        ("tracks[0].phases[0].target", 2), ("tracks[0].phases[0].base", 3), ("tracks[0].pays", 3),
        ("tracks[0].phases[0].values[2]", 3), ("tracks[0].start_level", 3), ("tracks[0].phases[0].run_bonus.every", 4),
        ("tracks[0].side_bonus.amount", 4), ("tracks[0].phases[0].reset_on[1]", 5), ("tracks[0].restore.after", 5),
        ("tracks[0].reset_to", 5), ("ceilings[0].cents", 6), ("corrections", 6), ("bowl", 7), ("bowl.slips[0].tier", 7),
    ],
)  # fmt: skip
def test_each_problem_stands_in_a_step(path: str, step: int) -> None:
    assert step_of(path) == step


def test_a_path_names_its_track() -> None:
    assert (track_of("tracks[2].title"), track_of("bowl")) == (2, None)


def test_a_step_is_wrong_for_the_track_that_is_shown_and_for_what_all_share() -> None:
    found = [Problem("tracks[0].title", "x"), Problem("tracks[1].phases[0].base", "x"), Problem("bowl", "x")]
    assert wrong_steps(found, 0) == {1, 7} and wrong_steps(found, 1) == {3, 7}
    assert steps.wrong_tracks(found) == {0, 1}


def test_only_fields_that_were_left_are_said_to_be_wrong() -> None:
    weeks, base = Problem("tracks[0].phases[0].weeks", "x"), Problem("tracks[0].phases[0].base", "x")
    assert of_left_fields([weeks, base], ["tracks[0].phases[0].last_week"]) == (weeks,)
    assert of_left_fields([weeks, base], []) == ()


@pytest.mark.parametrize(
    ("action", "track_shown", "place"),
    [
        ("save", 1, Place(1)), ("save", 9, Place(1)), ("save", -3, Place(0)),
        ("show:tracks[1]", 0, Place(1)), ("show:tracks[7]", 0, Place(1)), ("add:tracks", 0, Place(2, "content")),
        ("add:tracks[0].phases", 0, Place(0, "tracks[0].phases[2].weeks")), ("add:ceilings", 1, Place(1, "ceilings[0].scope")),
        ("add:bowl.slips", 0, Place(0, "bowl")), ("bowl:standard", 0, Place(0)),
        ("remove:tracks[0].phases[1]", 0, Place(0, "step-2-0")), ("remove:tracks[1]", 1, Place(0)),
    ],
)  # fmt: skip
def test_what_was_added_is_in_sight(action: str, track_shown: int, place: Place) -> None:
    doc = document(track(phase((1, 2)), phase((3, 4))), track(behavior="other"))
    assert place_after(action, apply_action(doc, action), track_shown) == place


def test_the_standard_bowl_is_taken_as_a_copy() -> None:
    first = apply_action(document(), "bowl:standard")
    first["bowl"]["slips"][0]["count"] = 1
    assert [slip["count"] for slip in apply_action(document(), "bowl:standard")["bowl"]["slips"]] == [250, 209, 40, 1]
