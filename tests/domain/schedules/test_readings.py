"""Which readings meet the target, and what a scale pays: by the rules of docs/schedules.md, worked out by hand."""

import pytest

from cm_tracker.domain.schedules.readings import Percentile, ReadingRule, Step, parse_rule

AT_MOST = ReadingRule("ppm", 6)
THIRD_LOWEST = ReadingRule("ppm", 4, percentile=Percentile(of_last=5, rank=3))
QUARTER_LESS = ReadingRule("ng/mL", 300, falls_by_percent=25)
SCALE = ReadingRule("ppm", 21, scale=(Step(6, 12), Step(13, 6), Step(21, 3)))


@pytest.mark.parametrize(
    ("rule", "earlier", "limit"),
    [
        (AT_MOST, [], 6),
        (AT_MOST, [1, 2, 30], 6),
        # The third lowest of the last five readings, once there are five.
        (THIRD_LOWEST, [9, 8, 7, 6], 4),
        (THIRD_LOWEST, [9, 8, 7, 6, 20], 8),
        (THIRD_LOWEST, [1, 9, 8, 7, 6, 20], 8),
        (THIRD_LOWEST, [5, 5, 5, 9, 9], 5),
        (THIRD_LOWEST, [1, 2, 3, 8, 9], 4),
        # A quarter less than the last reading: 1,000 has to become 750, and 450 has to become 337.
        (QUARTER_LESS, [], 300),
        (QUARTER_LESS, [5000, 1000], 750),
        (QUARTER_LESS, [450], 337),
        (QUARTER_LESS, [400], 300),
        (QUARTER_LESS, [1000, 0], 300),
        (ReadingRule("ng/mL", 0, falls_by_percent=100), [7], 0),
        (ReadingRule("ng/mL", 0, falls_by_percent=1), [1], 0),
        (SCALE, [40], 21),
    ],
)
def test_the_highest_reading_that_meets_the_target(rule: ReadingRule, earlier: list[int], limit: int) -> None:
    found = rule.limit(earlier)
    assert (found, type(found)) == (limit, int)


@pytest.mark.parametrize(
    ("reading", "amount"), [(0, 12), (6, 12), (7, 6), (13, 6), (14, 3), (21, 3), (22, 0), (None, 12)]
)
def test_a_scale_pays_the_amount_of_the_first_step_that_is_not_below_the_reading(
    reading: int | None, amount: int
) -> None:
    assert SCALE.amount(reading) == amount


def test_a_rule_is_read_from_its_document() -> None:
    assert parse_rule({"unit": "ppm", "at_most": 6}) == AT_MOST
    assert parse_rule({"unit": "ppm", "at_most": 4, "percentile": {"of_last": 5, "rank": 3}}) == THIRD_LOWEST
    assert parse_rule({"unit": "ng/mL", "at_most": 300, "falls_by_percent": 25}) == QUARTER_LESS
    scale = [{"at_most": 6, "amount": 12}, {"at_most": 13, "amount": 6}, {"at_most": 21, "amount": 3}]
    assert parse_rule({"unit": "ppm", "scale": scale}) == SCALE
