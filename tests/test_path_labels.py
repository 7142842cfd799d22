"""The words and bars of a client's path."""

from datetime import date

import pytest

from cm_tracker.domain.visits.path import AHEAD, CLOSED, EARNED, NOTHING, TODAY, Step
from cm_tracker.labels.paths import bars, step_says

MARCH = date(2026, 3, 30)
APRIL = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("step", "number", "label", "says"),
    [
        (Step(EARNED, MARCH, 10), "10", "Mar 30", "Mar 30, 2026: earned 10 points"),
        (Step(NOTHING, MARCH, outcome="positive"), "0", "Mar 30", "Mar 30, 2026: Positive, no points"),
        (Step(NOTHING, MARCH, outcome="excused"), "excused", "Mar 30", "Mar 30, 2026: Excused, no points"),
        (Step(NOTHING, MARCH, outcome="pending"), "waits", "Mar 30", "Mar 30, 2026: Pending, no points"),
        (Step(CLOSED, MARCH), "closed", "Mar 30", "Mar 30, 2026: the clinic was closed, nothing was missed"),
        (Step(TODAY, MARCH, 15), "15", "Today", "Today: would earn 15 points"),
        (Step(AHEAD, MARCH, 15), "15", "Mar 30", "Mar 30, 2026: would earn 15 points"),
        (Step(AHEAD, MARCH, 15, is_drawn=True), "15", "?", "A day that is drawn: would earn 15 points"),
        (Step(AHEAD, None, 15), "15", "Next", "The next visit: would earn 15 points"),
    ],
)
def test_each_step_has_its_number_its_day_and_a_sentence(step: Step, number: str, label: str, says: str) -> None:
    (bar,) = bars([step], "points", "drug_test")
    assert (bar.number, bar.label, bar.says) == (number, label, says)
    assert bar.is_word == (not number.isdigit()) and bar.is_drawn == (label == "?")


@pytest.mark.parametrize(
    ("evidence", "next_one", "missed"),
    [
        ("activity", "The next goal", "Not done"),
        ("attendance", "The next visit", "Absent"),
        ("hours", "The next week", "Too few hours"),
    ],
)
def test_a_goal_and_a_week_have_their_own_words(evidence: str, next_one: str, missed: str) -> None:
    ahead, held = bars([Step(AHEAD, None, 15), Step(NOTHING, MARCH, outcome="unexcused")], "points", evidence)
    assert ahead.says == f"{next_one}: would earn 15 points"
    assert held.says == f"Mar 30, 2026: {missed}, no points"


def test_the_month_stands_where_it_changes() -> None:
    steps = [Step(EARNED, MARCH, 1), Step(EARNED, date(2026, 3, 31), 1), Step(AHEAD, APRIL, 1), Step(AHEAD, APRIL, 1)]
    assert [bar.label for bar in bars(steps, "points", "drug_test")] == ["Mar 30", "31", "Apr 1", "1"]


def test_bars_are_on_one_scale() -> None:
    """The highest bar is 120 pixels high: 60 points with a bonus of 40 are 40 and 80 of them, and 15 points are 30."""
    high, low, nothing = bars(
        [Step(EARNED, MARCH, 60, 40), Step(EARNED, APRIL, 15), Step(NOTHING, APRIL, outcome="positive")],
        "points",
        "drug_test",
    )
    assert (high.height, high.bonus_height) == (40, 80)
    assert (low.height, low.bonus_height, nothing.height) == (30, 0, 0)


def test_a_week_of_hours_and_a_goal_have_their_own_words() -> None:
    missed = Step(NOTHING, date(2026, 3, 16), outcome="unexcused")
    assert [step_says(missed, "points", evidence) for evidence in ("", "hours", "activity")] == [
        "Mar 16, 2026: Absent, no points",
        "Mar 16, 2026: Too few hours, no points",
        "Mar 16, 2026: Not done, no points",
    ]
    ahead = Step(AHEAD, None, 10)
    assert [step_says(ahead, "points", evidence) for evidence in ("drug_test", "hours", "activity")] == [
        "The next visit: would earn 10 points",
        "The next week: would earn 10 points",
        "The next goal: would earn 10 points",
    ]
