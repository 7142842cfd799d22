"""The means of a rated session, exact, and what is shown of them."""

from fractions import Fraction

import pytest

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.fidelity.competence import (
    NAMES,
    RatedSessions,
    check_ratings,
    is_well_enough,
    mean,
    rated_sessions,
    tenths,
    was_next_value_told,
)

REWARDS = ("result", "earned", "next", "wishes", "way_back", "gains")


def rated(rewards: int | None, manner: int | None, **others: int | None) -> dict[str, int | None]:
    return {name: rewards if name in REWARDS else manner for name in NAMES} | others


def test_there_are_twelve_lines_in_two_groups_of_six() -> None:
    assert len(NAMES) == 12
    assert NAMES[:6] == REWARDS


def test_the_mean_is_exact_and_leaves_out_what_was_not_observed() -> None:
    one = rated(5, 6, gains=None, next=4)
    assert mean(one, "rewards") == Fraction(24, 5)
    assert mean(one, "manner") == 6
    assert mean(one) == Fraction(60, 11)
    assert mean(rated(None, 3), "rewards") is None


@pytest.mark.parametrize(
    ("ratings", "is_enough"),
    [(rated(4, 4), True), (rated(4, 4, skill=3), False), (rated(1, 7), True), (rated(None, None), False)],
)
def test_from_a_mean_of_four_on_a_session_was_led_well_enough(ratings: dict[str, int | None], is_enough: bool) -> None:
    assert is_well_enough(ratings) is is_enough


@pytest.mark.parametrize(
    ("value", "shown"), [(Fraction(24, 5), 48), (Fraction(60, 11), 55), (Fraction(79, 20), 40), (Fraction(7), 70)]
)
def test_a_page_shows_one_decimal_with_halves_up(value: Fraction, shown: int) -> None:
    assert tenths(value) == shown


@pytest.mark.parametrize("ratings", [{}, {"result": 4}, rated(0, 4), rated(8, 4), rated(4, 4) | {"humor": 4}])
def test_each_line_has_a_number_of_the_scale(ratings: dict[str, int | None]) -> None:
    with pytest.raises(BadInput, match="from 1 to 7"):
        check_ratings(ratings)


@pytest.mark.parametrize("ratings", [rated(None, 4), rated(4, None)])
def test_something_of_each_group_was_observed(ratings: dict[str, int | None]) -> None:
    with pytest.raises(BadInput, match="at least one line of each group"):
        check_ratings(ratings)


def test_one_line_of_each_group_is_enough() -> None:
    check_ratings(rated(None, None, result=1, skill=7))


def test_the_next_value_was_told_where_its_line_reaches_four() -> None:
    assert was_next_value_told(rated(1, 1, next=4)) is True
    assert was_next_value_told(rated(7, 7, next=3)) is False
    assert was_next_value_told(rated(7, 7, next=None)) is None


def test_sessions_are_counted_for_the_measure_of_fidelity() -> None:
    sessions = [rated(5, 5), rated(4, 4, next=3), rated(3, 3, next=None), rated(4, 4, next=5)]
    # The second one has a mean of 47 / 12, which is less than 4.
    assert rated_sessions(sessions) == RatedSessions(sessions=4, observed=3, told=2, well_enough=2)
    assert rated_sessions([]) == RatedSessions(0, 0, 0, 0)
