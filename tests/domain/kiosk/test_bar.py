"""The bar of prizes: at most three that are reached, the goal, and what is beyond; five marks in all."""

import pytest

from cm_tracker.domain.kiosk.bar import Bar, Mark, bar_of

PRICES = (60, 80, 240, 300, 400, 500)


def test_the_three_nearest_reached_the_goal_and_one_beyond() -> None:
    """Marks stand at 100, 300, 500, 700 and 900. From 240 to 300 points the bar goes from 500 to 700: 265 is at 583."""
    assert bar_of(PRICES, 265) == Bar(
        (
            Mark(0, True, False),
            Mark(1, True, False),
            Mark(2, True, False),
            Mark(3, False, True),
            Mark(4, False, False),
        ),
        583,
    )


def test_of_more_that_are_reached_the_nearest_are_shown() -> None:
    found = bar_of((*PRICES, 600), 320)
    assert [mark.place for mark in found.marks] == [1, 2, 3, 4, 5]
    assert found.goal == Mark(4, False, True)


def test_at_the_end_of_the_shelf_the_bar_still_has_five_marks() -> None:
    found = bar_of(PRICES[:5], 320)
    assert [mark.place for mark in found.marks] == [0, 1, 2, 3, 4]
    assert found.goal == Mark(4, False, True)


def test_where_nothing_is_in_reach_the_cheapest_is_the_goal() -> None:
    found = bar_of(PRICES, 30)
    assert (found.goal, [mark.place for mark in found.marks]) == (Mark(0, False, True), [0, 1, 2, 3, 4])
    # Half of the way to the first mark, which stands at 100.
    assert found.filled == 50
    assert bar_of(PRICES, 0).filled == 0


@pytest.mark.parametrize(("points", "filled"), [(60, 100), (80, 300), (240, 500), (300, 700)])
def test_at_a_mark_the_bar_ends_there(points: int, filled: int) -> None:
    assert bar_of(PRICES[:5], points).filled == filled


def test_where_everything_is_reached_there_is_no_goal() -> None:
    found = bar_of(PRICES, 900)
    assert (found.goal, found.filled, len(found.marks)) == (None, 1000, 5)
    assert bar_of((60,), 60) == Bar((Mark(0, True, False),), 500)


def test_two_prizes_of_one_price_are_reached_together() -> None:
    assert bar_of((60, 60, 90), 60) == Bar((Mark(0, True, False), Mark(1, True, False), Mark(2, False, True)), 499)


def test_an_empty_shelf_has_no_bar() -> None:
    assert bar_of((), 50) == Bar((), 0)
