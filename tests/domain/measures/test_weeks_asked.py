"""What a schedule asks for in each program week, also after a move to another version: possible tests, rows in weeks."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.measures.abstinence import abstinence
from cm_tracker.domain.measures.negatives import of_all_possible
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.queries.schedules.presets import preset
from tests.domain.measures.courses import course, moved, schedule, visits

THREE, ONE = schedule(visits_per_week=3), schedule(visits_per_week=1)


def test_each_week_has_the_version_that_held_on_its_first_day() -> None:
    event, versions = moved(ONE, week=9)
    perfect = dict.fromkeys(range(1, 9), "NNN") | {9: "N"}
    found = course(THREE, perfect, 9, event, versions=versions)
    # Eight weeks of three tests and one of one test.
    assert of_all_possible([found]) == (25, 25)
    assert abstinence(found).weeks_by_tests == 9
    assert abstinence(found).lasted(8) and not abstinence(found).could_last(12)


def test_a_move_within_a_week_holds_for_the_tests_of_the_next_one() -> None:
    event, versions = moved(THREE, week=3, day=2)
    found = course(ONE, {1: "N", 2: "N", 3: "NN", 4: "NNN"}, 4, event, versions=versions)
    assert of_all_possible([found]) == (1 + 1 + 1 + 3, 6)
    assert abstinence(found).weeks_by_tests == 4


def test_a_move_after_the_days_changes_nothing_of_them() -> None:
    event, versions = moved(THREE, week=9)
    assert of_all_possible([course(ONE, dict.fromkeys(range(1, 5), "N"), 4, event, versions=versions)]) == (4, 4)


def test_more_tests_than_are_possible_make_no_more_of_a_week() -> None:
    found = course(ONE, dict.fromkeys(range(1, 5), "NN"), 4)
    assert of_all_possible([found]) == (4, 4)
    assert (abstinence(found).tests, abstinence(found).weeks_by_tests) == (8, 4)


def test_who_no_longer_comes_could_have_to_the_end() -> None:
    assert of_all_possible([course(ONE, {1: "N"}, 30)]) == (1, 24)


@pytest.mark.parametrize(
    ("weeks", "by_tests", "whole", "lasted"),
    [
        (range(13, 25), 12, 12, (True, True, True)),
        (range(1, 25), 24, 24, (True, True, True)),
        (range(1, 13), 12, 12, (True, True, True)),
        (range(19, 25), 6, 6, (True, False, False)),
    ],
)
def test_two_tests_a_week_and_then_one(
    weeks: range, by_tests: int, whole: int, lasted: tuple[bool, bool, bool]
) -> None:
    california = parse(preset("california-recovery-incentives"))
    [behavior] = [track.behavior for track in california.tracks if track.is_test]
    letters = {week: ("N" if week in weeks else "P") * (2 if week <= 12 else 1) for week in range(1, 25)}
    found = abstinence(course(california, visits(letters, behavior), 24))
    assert (found.weeks_by_tests, found.weeks) == (by_tests, whole)
    assert (found.lasted(4), found.lasted(8), found.lasted(12)) == lasted


def test_the_longest_row_in_weeks_can_be_another_one_than_that_of_most_tests() -> None:
    event, versions = moved(ONE, week=4)
    letters = {1: "NNN", 2: "NNN", 3: "NNP"} | dict.fromkeys(range(4, 10), "N")
    found = abstinence(course(THREE, letters, 9, event, versions=versions))
    # Eight tests of three a week are less than three weeks; six tests of one a week are six.
    assert (found.tests, found.weeks_by_tests) == (8, 6)


def test_missed_tests_are_taken_out_of_the_weeks_as_well() -> None:
    found = abstinence(course(THREE, {1: "NNN", 2: "MMM", 3: "NNP"}, 3))
    assert (found.weeks_by_tests, found.weeks_missing_ignored) == (1, Fraction(5, 3))


@pytest.mark.parametrize(
    ("tests", "period", "letters", "by_tests", "possible"),
    [
        (4, 4, dict.fromkeys(range(1, 25), "N"), 24, 24),
        (1, 2, dict.fromkeys(range(1, 25, 2), "N"), 24, 12),
        (1, 4, dict.fromkeys(range(1, 25, 4), "N"), 24, 6),
        (3, 2, {1: "NN", 2: "N", 3: "NP"}, 2 + Fraction(2, 3), 36),
    ],
)
def test_tests_of_a_longer_period(
    tests: int, period: int, letters: dict[int, str], by_tests: Fraction, possible: int
) -> None:
    of = schedule(visits_per_week=tests, period_weeks=period)
    found = course(of, letters, 24)
    assert abstinence(found).weeks_by_tests == by_tests
    assert of_all_possible([found])[1] == possible


def test_a_period_that_a_move_cuts_asks_for_its_share() -> None:
    event, versions = moved(ONE, week=3)
    found = course(
        schedule(visits_per_week=4, period_weeks=4), {1: "N", 2: "N", 3: "N", 4: "N"}, 4, event, versions=versions
    )
    # Two of the four weeks held: two of the four tests.
    assert of_all_possible([found]) == (4, 4)
    assert abstinence(found).weeks_by_tests == 4


def test_a_period_is_possible_once_it_is_over() -> None:
    assert of_all_possible([course(schedule(visits_per_week=2, period_weeks=4), {1: "N"}, 3)]) == (0, 0)
    assert of_all_possible([course(schedule(visits_per_week=2, period_weeks=4), {1: "N"}, 4)]) == (1, 2)


WEEKS = st.dictionaries(st.integers(1, 12), st.text("NNNPMEW", min_size=1, max_size=5), max_size=12)


@given(
    WEEKS, st.integers(1, 12), st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.one_of(st.none(), st.tuples(st.integers(1, 10), st.integers(0, 6), st.integers(1, 3))),
)  # fmt: skip
def test_no_row_is_longer_than_the_weeks_and_no_more_is_negative_than_possible(
    letters: dict[int, str], until: int, asks: tuple[int, int], move: tuple[int, int, int] | None
) -> None:
    tests, period = asks
    of = schedule(visits_per_week=tests, period_weeks=period)
    events = ()
    versions = None
    if move is not None:
        event, versions = moved(schedule(visits_per_week=move[2]), move[0], move[1] or 1)
        events = (event,)  # type: ignore[assignment]
    found = course(of, letters, until, *events, versions=versions)
    negative, possible = of_all_possible([found])
    assert 0 <= negative <= possible
    # The week after the last one that is over has begun.
    assert 0 <= abstinence(found).weeks_by_tests <= abstinence(found).weeks_missing_ignored <= until + period
