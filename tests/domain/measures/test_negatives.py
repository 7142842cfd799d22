"""Percent negative by its three definitions."""

from datetime import date

import pytest

from cm_tracker.domain.measures.negatives import NegativeCounts, negative_counts, per_mille
from cm_tracker.domain.measures.sequences import Expected


def of_days(outcomes: str) -> list[Expected]:
    """Tests of days in a row: N negative, P positive, M missed, E excused, R refused, D dilute, W waiting, ? nothing said."""
    names = {
        "N": "negative", "P": "positive", "M": "missed", "E": "excused", "R": "refused", "D": "dilute", "W": "waiting",
        "?": "no_outcome",
    }  # fmt: skip
    return [Expected(date(2026, 3, day), 1, 1, names[letter]) for day, letter in enumerate(outcomes, 1)]


def test_each_outcome_counts_in_its_way() -> None:
    found = negative_counts(of_days("NNPMERDW?"))
    # Without the excused and the waiting one seven were expected; only N and P have a result.
    assert found == NegativeCounts(expected=7, negative=2, submitted=3, submitted_negative=2, no_outcome=1)
    assert (found.of_expected, found.of_submitted) == (286, 667)


def test_what_was_not_expected_is_submitted_only() -> None:
    walk_in = Expected(date(2026, 3, 9), 1, 1, "negative", is_expected=False)
    group = Expected(date(2026, 3, 9), 1, 1, "attended", is_test=False)
    assert negative_counts([walk_in, group]) == NegativeCounts(0, 0, 1, 1)


@pytest.mark.parametrize(("part", "whole", "share"), [(1, 3, 333), (2, 3, 667), (1, 2000, 1), (0, 5, 0), (5, 5, 1000)])
def test_a_share_has_one_decimal_of_a_percent_and_the_half_is_rounded_up(part: int, whole: int, share: int) -> None:
    assert per_mille(part, whole) == share


def test_nothing_has_no_share() -> None:
    assert per_mille(0, 0) is None
    assert negative_counts([]).of_expected is None
