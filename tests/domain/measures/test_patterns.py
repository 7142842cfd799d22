"""Measures of patterns of weeks, against values that others published for them, and against the definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.measures.patterns import PatternMeasures, pattern_measures, wrong_letters

PUBLISHED = [
    # client, pattern, negative weeks, longest run, longest run without missing weeks, three in a row (CTNote, CTN-0027)
    ("C0008", "ooooooooooooooooooooooooo", 0, 0, 0, False),
    ("C0010", "------+++-++++o+++o+-o", 8, 6, 6, True),
    ("C0011", "-+-o+o+--o*----o--o---o-", 14, 4, 10, True),
    ("C0012", "+-++-*o--o-+o-o--+----oo", 12, 4, 4, True),
]


@pytest.mark.parametrize(("code", "pattern", "negative", "positive", "ignored", "three"), PUBLISHED)
def test_a_pattern_has_its_published_measures(
    code: str, pattern: str, negative: int, positive: int, ignored: int, three: bool
) -> None:
    assert pattern_measures(pattern) == PatternMeasures(negative, positive, ignored, three), code


@pytest.mark.parametrize(
    ("pattern", "measures"),
    [
        ("", PatternMeasures(0, 0, 0, False)),
        ("---", PatternMeasures(3, 3, 3, True)),
        ("--o-", PatternMeasures(3, 2, 3, False)),
        ("--*-", PatternMeasures(3, 2, 2, False)),
        ("-o-o-+--", PatternMeasures(5, 2, 3, False)),
    ],
)
def test_a_missing_week_ends_a_run_unless_it_is_taken_out(pattern: str, measures: PatternMeasures) -> None:
    assert pattern_measures(pattern) == measures


def test_other_characters_are_named_once() -> None:
    assert wrong_letters("-+o*") == ()
    assert wrong_letters("-x–x O") == ("x", "–", " ", "O")


@given(st.text("-+o*", max_size=30))
def test_the_measures_are_those_of_a_slow_count(pattern: str) -> None:
    found = pattern_measures(pattern)
    spans = [pattern[a:b] for a in range(len(pattern)) for b in range(a + 1, len(pattern) + 1)]
    assert found.negative_weeks == sum(letter == "-" for letter in pattern)
    assert found.lda_missing_is_positive == max((len(span) for span in spans if set(span) == {"-"}), default=0)
    assert found.lda_missing_ignored == max((span.count("-") for span in spans if set(span) <= {"-", "o"}), default=0)
    assert found.three_in_a_row == ("---" in pattern)
