"""The most that can be earned by the literature; the numbers are typed from it by hand."""

import pytest

from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.queries.schedules.presets import preset, preset_names


@pytest.mark.parametrize(
    ("name", "cents"),
    [
        ("higgins-voucher", 997_50),  # Higgins et al. 1993, 1994
        ("silverman-voucher", 1_155_00),  # Silverman et al. 1999 on the 1996 schedule
        ("budney-cannabis", 570_00),  # Budney et al. 2006
        ("california-recovery-incentives", 599_00),  # Recovery Incentives, a calendar year
        ("roll-smoking", 147_50),  # Roll et al. 1996
    ],
)
def test_the_most_that_vouchers_pay(name: str, cents: int) -> None:
    assert most_earned(parse(preset(name)))["cents"] == cents


@pytest.mark.parametrize(
    ("name", "draws"),
    [
        ("va-prize", 164),  # 1 to 8, then 16 times 8
        ("ctn-prize", 204),  # 156 on the ladder and 48 for the other substances
    ],
)
def test_the_most_draws(name: str, draws: int) -> None:
    assert most_earned(parse(preset(name)))["draws"] == draws


def test_164_draws_of_the_standard_bowl_are_worth_363_75_dollars_on_average() -> None:
    bowl = parse(preset("va-prize")).bowl
    assert bowl is not None
    assert bowl.size == 500
    assert bowl.total_cents * 164 / bowl.size == pytest.approx(36_375, abs=1)


def test_every_preset_is_good_and_names_its_source() -> None:
    assert preset_names() == (
        "attendance-points",
        "budney-cannabis",
        "california-recovery-incentives",
        "ctn-prize",
        "higgins-voucher",
        "roll-smoking",
        "silverman-voucher",
        "va-prize",
        "weekly-opioid",
    )
    for name in preset_names():
        assert parse(preset(name)).source
