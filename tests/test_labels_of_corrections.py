"""The words of the staff pages for putting a visit right, and for what saving would change."""

import pytest

from cm_tracker import labels
from cm_tracker.domain.visits import corrections
from cm_tracker.labels.corrections import Effect
from tests.test_labels import state


def test_every_way_to_correct_a_visit_has_its_own_labels() -> None:
    places = {"specimen": 2}
    ways = {word: labels.corrections.way(word, False, 15, places.get(word, 0)) for word in corrections.WAYS}
    assert {word: way.link for word, way in ways.items()} == {
        "specimen": "Enter a second specimen",
        "undo": "Undo this entry",
        "answer": "Enter the lab result",
        "excuse": "Excuse this absence",
        "correct": "Correct this visit",
        "void": "Void this visit",
    }
    assert ways["undo"].explanation == "You entered this less than 15 minutes ago. What it paid is taken back."
    assert labels.corrections.way("undo", True, 1).heading == "Undo this correction"
    assert len({way.button for way in ways.values()}) == 6
    assert labels.corrections.way("specimen", False, 15, 3).button == "Save the third specimen"
    assert labels.corrections.way("undo", False, 15, 2).link == "Undo the second specimen"


@pytest.mark.parametrize(
    ("to_client", "to_program", "expected"),
    [
        (1, 0, [Effect("1 point", "is owed to the client and paid at once: 10 now, 11 then.")]),
        (5, 0, [Effect("5 points", "are owed to the client and paid at once: 10 now, 15 then.")]),
        (-1, 0, [Effect("1 point", "is taken back: 10 now, 9 then.")]),
        (
            0,
            1,
            [
                Effect("", "The client’s balance stays 10 points."),
                Effect("1 point", "was paid too much. The client keeps it; the program bears it."),
            ],
        ),
        (
            0,
            -2,
            [
                Effect("", "The client’s balance stays 10 points."),
                Effect("2 points", "that were booked as the program’s loss are owed to the client after all."),
            ],
        ),
    ],
)
def test_a_correction_says_what_is_paid_or_taken_back(to_client: int, to_program: int, expected: list[Effect]) -> None:
    assert list(labels.corrections.effects("points", 10, to_client, to_program)) == expected


def test_a_correction_says_what_the_next_visit_earns() -> None:
    assert labels.corrections.next_changes(state(15, 1), state(10, 0)) == (
        "The next visit earns 10 points instead of 15; 0 in a row instead of 1."
    )
    assert labels.corrections.next_changes(state(15, 1), state(15, 1)) == ""
    assert labels.corrections.next_changes(state(None, 1), state(10, 0)) == ""


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ({}, "Save the visit"),
        ({"points": 0}, "Save the visit"),
        ({"points": 15}, "Save the visit and pay 15 points"),
        ({"draws": 1, "points": 15}, "Save the visit and pay 1 draw and 15 points"),
        ({"points": -1}, "Save the visit and take back 1 point"),
        ({"draws": 2, "points": -5}, "Save the visit, pay 2 draws and take back 5 points"),
    ],
)
def test_the_button_that_saves_says_what_is_paid_and_taken_back(moved: dict[str, int], expected: str) -> None:
    assert labels.corrections.save_button("Save the visit", moved) == expected


def test_the_message_after_saving_names_points_or_draws() -> None:
    assert labels.corrections.saved({"points": 1}) == "Saved. 1 point was paid to the client."
    assert labels.corrections.saved({"draws": -2}) == "Saved. 2 draws were taken back."
    assert labels.corrections.saved({"points": 0}) == "Saved."
