"""Rows of tests: the longest one, its weeks, recovery, retention, and medians, by typed examples."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from cm_tracker.domain.measures.abstinence import abstinence
from cm_tracker.domain.measures.engagement import engagement
from cm_tracker.domain.measures.facts import Stay
from cm_tracker.domain.measures.ladders import Step
from cm_tracker.domain.measures.numbers import mean, median, rounded, tenths
from cm_tracker.domain.measures.recovery import Reset, resets_of
from cm_tracker.domain.measures.retention import is_still_attending, weeks_retained
from cm_tracker.domain.measures.sequences import Course, Expected
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.timeline import Timeline
from tests.domain.schedules.documents import document, phase, track

START = date(2026, 3, 2)
NAMES = {
    "N": "negative", "P": "positive", "M": "missed", "E": "excused", "R": "refused", "D": "dilute", "W": "waiting",
    "?": "no_outcome",
}  # fmt: skip


def course(letters: str, a_week: int = 2) -> Course:
    """A course of so many tests a week, on the first days of each program week."""
    expected = tuple(
        Expected(
            START + timedelta(days=7 * (n // a_week) + n % a_week), n // a_week + 1, 1, NAMES[letter], behavior="goal"
        )
        for n, letter in enumerate(letters)
    )
    weeks = -(-len(letters) // a_week)
    timeline = Timeline(START, parse(document(track(phase((1, 24), visits_per_week=a_week)))))
    return Course(
        1, 1, "C1", 1, (Stay(1, date.min, date.max),), "en", None, "Test", timeline, None, None, "goal", weeks, 24, weeks, (), (),
        expected,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("letters", "tests", "ignored", "whole_weeks"),
    [
        ("NNNN", 4, 4, 2),
        ("NNMN", 2, 3, 1),
        ("NNENNN", 5, 5, 3),
        ("NNWNNN", 5, 5, 3),
        ("NRNDNP", 1, 1, 0),
        ("N?NN", 2, 3, 1),
        ("EENNPN", 2, 2, 1),
        ("PP", 0, 0, 0),
        ("", 0, 0, 0),
    ],
)
def test_the_longest_row(letters: str, tests: int, ignored: int, whole_weeks: int) -> None:
    found = abstinence(course(letters))
    assert (found.tests, found.tests_missing_ignored, found.weeks) == (tests, ignored, whole_weeks)


def test_a_row_in_weeks_and_whether_it_lasted() -> None:
    found = abstinence(course("NNN" * 4 + "P", a_week=3))
    assert found.weeks_by_tests == 4
    assert found.lasted(4) and not found.lasted(8)
    assert abstinence(course("NNN" * 4 + "P", a_week=3)).weeks == 4
    assert not abstinence(course("NNN" * 3 + "NNP", a_week=3)).lasted(4)
    assert abstinence(course("NNNNN", a_week=3)).weeks_by_tests == Fraction(5, 3)


def test_what_was_not_scheduled_is_in_no_row_and_counts_as_given() -> None:
    walk_in = Expected(START, 1, 1, "negative", behavior="goal", is_expected=False)
    some = replace(course("NP"), expected=(*course("NP").expected, walk_in))
    assert abstinence(some).tests == 1
    assert engagement(some).negatives == 2


def test_another_track_makes_nobody_engaged() -> None:
    of_alcohol = tuple(one._replace(behavior="alcohol") for one in course("NNNN").expected)
    both = replace(course("PPPP"), expected=(*course("PPPP").expected, *of_alcohol))
    found = engagement(both)
    assert (found.negatives, found.scheduled, found.tests_to_first) == (0, 4, None)


def test_the_first_negative_test_is_counted_among_those_that_count() -> None:
    assert engagement(course("EPMNN")).tests_to_first == 3
    assert engagement(course("PPMM")).tests_to_first is None
    assert (engagement(course("EPMNN")).scheduled, engagement(course("EPMNN")).negatives) == (4, 2)


def test_one_missed_week_is_no_leaving() -> None:
    some = course("NN" * 3 + "MM" + "NN" + "MM" * 3)
    assert [is_still_attending(some, week) for week in (3, 4, 5, 6, 7, 8)] == [True, True, True, False, False, None]
    # From March 2 to March 31, the second day of the fifth week: 30 days.
    assert weeks_retained(some) == Fraction(30, 7)
    assert weeks_retained(course("MM")) == 0


def step(number: int, level: int, after: int, outcome: str) -> Step:
    return Step(number, START + timedelta(days=number), "goal", outcome, level, after, 10, "points")


def test_a_reset_is_recovered_from_at_its_level_again() -> None:
    climbing = [step(1, 2, 0, "positive"), step(2, 0, 1, "met"), step(3, 1, 2, "met"), step(4, 2, 3, "met")]
    assert resets_of(climbing) == (Reset(1, 2, 3),)
    restored = [step(1, 5, 0, "unexcused"), step(2, 0, 5, "met"), step(3, 5, 6, "met")]
    assert resets_of(restored) == (Reset(1, 5, 2),)
    again = [step(1, 3, 0, "positive"), step(2, 0, 1, "met"), step(3, 1, 0, "positive"), step(4, 0, 1, "met")]
    assert resets_of(again) == (Reset(1, 3, None), Reset(3, 1, None))
    assert resets_of([step(1, 0, 0, "positive")]) == ()


def test_whole_numbers_round_the_half_up() -> None:
    assert median([1, 4]) == Fraction(5, 2)
    assert median([]) is None
    assert (tenths(Fraction(1, 20)), rounded(Fraction(1, 2)), mean(5, 2), mean(1, 0)) == (1, 1, 3, None)
