"""What a bowl promises. The bowls are the published ones; every fraction is worked out by hand."""

import pytest

from cm_tracker.domain.prizes.odds import feels, odds
from cm_tracker.domain.schedules.schedule import Bowl, Slip


def bowl(*slips: tuple[str, int, int]) -> Bowl:
    return Bowl("", tuple(Slip(*one) for one in slips))


STANDARD = bowl(("good_job", 250, 0), ("small", 209, 100), ("large", 40, 2000), ("jumbo", 1, 10000))
PETRY_2000 = bowl(("good_job", 63, 0), ("small", 169, 100), ("large", 17, 2000), ("jumbo", 1, 10000))
GROUP = bowl(("small", 69, 100), ("medium", 20, 500), ("large", 10, 2000), ("jumbo", 1, 10000))


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (STANDARD, (1, 2)),  # 250 of 500
        (PETRY_2000, (3, 4)),  # 187 of 250 are 74.8 percent
        (GROUP, (1, 1)),  # every slip
        (bowl(("good_job", 10, 0)), (0, 1)),
        (bowl(("good_job", 2, 0), ("small", 1, 100)), (1, 3)),
        (bowl(("good_job", 3, 0), ("small", 7, 100)), (5, 7)),  # 70 percent: 2 of 3 are 3.3 away, 5 of 7 only 1.4
        (bowl(("good_job", 499, 0), ("jumbo", 1, 9000)), (1, 500)),
        (bowl(("good_job", 1, 0), ("small", 499, 100)), (9, 10)),
    ],
)
def test_the_odds_are_the_smallest_numbers_that_are_near(which: Bowl, expected: tuple[int, int]) -> None:
    assert odds(which) == expected


def test_a_large_prize_is_worth_ten_of_the_smallest() -> None:
    assert [feels(cents, STANDARD) for cents in (0, 100, 2000, 10000)] == ["praise", "small", "large", "large"]
    assert [feels(cents, GROUP) for cents in (100, 500, 2000)] == ["small", "small", "large"]
    # Where every prize is worth the same, none is larger.
    assert feels(2000, bowl(("large", 5, 2000), ("good_job", 5, 0))) == "small"
