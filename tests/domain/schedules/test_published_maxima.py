"""The most that can be earned by the literature; the numbers are typed from it by hand."""

from datetime import date, timedelta

import pytest

from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.point_value import draft_problems, in_program
from cm_tracker.domain.schedules.rehearsal import most_earned, rehearse
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
        ("transdermal-alcohol", 600_00),  # Dougherty et al. 2015: 12 weeks of $50 after four of observation
        ("samhsa-grant", 750_00),  # SAMHSA, January 2025: a patient and year
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
        "samhsa-grant",
        "silverman-voucher",
        "transdermal-alcohol",
        "va-prize",
        "weekly-opioid",
    )
    for name in preset_names():
        assert parse(preset(name)).source


def test_every_preset_can_be_published_in_a_program_of_25_cents() -> None:
    for name in preset_names():
        assert draft_problems(in_program(preset(name), 25), 25) == (), name


def test_four_weeks_of_observation_pay_nothing_and_a_lapse_costs_only_its_own_week() -> None:
    schedule = parse(preset("transdermal-alcohol"))
    [track] = schedule.tracks
    results = rehearse(schedule, track, lapse_at=6)
    assert [result.paid for result in results] == [0, 0, 0, 0, 200, 0, *[200] * 10]


def test_a_grant_pays_its_limit_again_in_its_next_year() -> None:
    """The ladder reaches $750 with the 31st visit; from September 30 on a new year of the grant counts."""
    schedule = parse(preset("samhsa-grant"))
    starts_on = date(2026, 7, 13)
    visits = [Visit(starts_on + timedelta(days=7 * week + day), "stimulant-negative", "met")
              for week in range(12) for day in (0, 2, 4)]  # fmt: skip
    results = replay(schedule, starts_on, visits).results
    before = [result for result, visit in zip(results, visits, strict=True) if visit.day < date(2026, 9, 30)]
    assert sum(result.cents for result in before) == 750_00
    assert [result.cut_by for result in results[len(before) - 1 :]] == ["year_from", None, None]
    # The 35th and 36th visits pay 180 and 185 points, the 36th with 40 for the run.
    assert [result.paid for result in results[-2:]] == [180, 225]
