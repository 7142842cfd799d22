"""The most that can be earned by the literature; the numbers are typed from it by hand."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.point_value import draft_problems, in_program
from cm_tracker.domain.schedules.rehearsal import most_earned, rehearse
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.queries.schedules.presets import preset, preset_names
from tests.domain.schedules.documents import program


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
        ("quit-smoking-350", 350_00),  # Connecticut, Rewards to Quit: 12 months
        ("co-sliding-scale", 240_00),  # $12 a day as in Stitzer and Bigelow 1984, on 20 days of our own
        ("co-percentile", 300_00),  # 60 visits of $5, our own; the rule is that of Lamb et al. 2004
        ("shaping-by-quarters", 554_00),  # 24 of $2.50, 276 steps of $1.50 and 8 times $10, as Silverman et al. 1996
    ],
)
def test_the_most_that_vouchers_pay(name: str, cents: int) -> None:
    assert most_earned(parse(preset(name)))["cents"] == cents


@pytest.mark.parametrize(
    ("name", "pence"),
    [
        ("chesterfield-pregnancy", 752_00),  # Marteau et al. 2013: 32 visits
        ("hepatitis-b-vaccine", 30_00),  # Weaver et al. 2014: 5 + 10 + 15
        ("cpit-pregnancy", 400_00),  # CPIT III: 50 + 50 + 100 + 200
    ],
)
def test_the_most_that_vouchers_in_pounds_pay(name: str, pence: int) -> None:
    schedule = parse(preset(name))
    assert (schedule.currency, most_earned(schedule)["cents"]) == ("GBP", pence)


@pytest.mark.parametrize(
    ("name", "draws"),
    [
        ("va-prize", 164),  # 1 to 8, then 16 times 8
        ("ctn-prize", 204),  # 156 on the ladder and 48 for the other substances
        ("fishbowl-250", 48),  # 20 daily and 4 weekly breath tests, and 3 goals in each of 8 weeks
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
        "chesterfield-pregnancy",
        "co-percentile",
        "co-sliding-scale",
        "cpit-pregnancy",
        "ctn-prize",
        "fishbowl-250",
        "hepatitis-b-vaccine",
        "higgins-voucher",
        "quit-smoking-350",
        "roll-smoking",
        "samhsa-grant",
        "shaping-by-quarters",
        "silverman-voucher",
        "transdermal-alcohol",
        "va-prize",
        "weekly-opioid",
    )
    for name in preset_names():
        assert parse(preset(name)).source


def test_every_preset_in_dollars_can_be_published_in_a_program_of_25_cents() -> None:
    for name in preset_names():
        if parse(preset(name)).currency == "USD":
            assert draft_problems(in_program(preset(name), program(25)), program(25)) == (), name


def test_a_smoke_free_visit_earns_a_pound_more_and_two_after_a_lapse_bring_back_the_highest_value() -> None:
    """Of Marteau et al. 2013; a pound is four points of 25 pence."""
    schedule = parse(preset("chesterfield-pregnancy"))
    [track] = schedule.tracks
    pounds = [result.paid / 4 for result in rehearse(schedule, track, lapse_at=11)]
    # The tenth visit earned £17. After the lapse two start again, and the next one earns £17.
    assert pounds == [*range(8, 18), 0, 8, 9, *range(17, 36)]


def test_each_vaccination_earns_five_pounds_more_and_a_missed_one_takes_nothing_away() -> None:
    schedule = parse(preset("hepatitis-b-vaccine"))
    days = (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 23))
    for outcomes, paid in ((("met",) * 3, [5, 10, 15]), (("met", "unexcused", "met"), [5, 0, 10])):
        visits = [Visit(day, "vaccine-dose", outcome) for day, outcome in zip(days, outcomes, strict=True)]
        assert [result.paid / 4 for result in replay(schedule, days[0], visits).results] == paid


def test_the_last_payment_of_a_pregnancy_is_made_once_from_34_to_38_completed_weeks() -> None:
    """The first day is that of the pregnancy: day 237 is 33 weeks and 6 days, and day 272 is 38 weeks and 6 days."""
    schedule = parse(preset("cpit-pregnancy"))
    first = date(2026, 1, 1)
    visits = [Visit(first + timedelta(days=60), "quit-date", "met"),
              *(Visit(first + timedelta(days=day), "smoke-free", "met") for day in (88, 144, 237, 238, 245, 272, 273))]  # fmt: skip
    results = replay(schedule, first, visits).results
    assert [result.paid / 4 for result in results] == [50, 50, 100, 0, 200, 0, 0, 0]
    assert [result.why for result in results[3:]] == ["extra", "paid", "extra", "extra", "outside"]


def test_a_year_of_sessions_and_tests_ends_at_its_limit() -> None:
    schedule = parse(preset("quit-smoking-350"))
    first = date(2026, 1, 5)
    visits = [Visit(first + timedelta(weeks=week), behavior, "met")
              for week in range(20) for behavior in ("counseling", "smoke-free")]  # fmt: skip
    results = replay(schedule, first, visits).results
    # $20 a week: the limit of $350 is reached in the 18th, in which the session earns $5 and the test the last $5.
    assert [result.cents for result in results[:2]] == [5_00, 15_00]
    assert [(result.cents, result.cut_by) for result in results[34:]] == [
        (5_00, None), (5_00, "enrollment"), *[(0, "enrollment")] * 4,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ppm", "dollars"), [(0, 12), (6, 12), (7, 10), (9, 10), (10, 8), (13, 6), (18, 4), (21, 2), (22, 0)]
)
def test_the_lower_the_reading_the_more_it_earns(ppm: int, dollars: int) -> None:
    schedule = parse(preset("co-sliding-scale"))
    [result] = replay(schedule, date(2026, 3, 2), [Visit(date(2026, 3, 2), "less-smoke", "", reading=ppm)]).results
    assert result.cents == dollars * 100


def test_nine_readings_without_pay_say_which_ones_count_afterwards() -> None:
    schedule = parse(preset("co-percentile"))
    first = date(2026, 3, 2)
    baseline = [30, 22, 26, 18, 24, 20, 28, 16, 14]
    days = [first + timedelta(days=day) for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 14, 15, 16, 17)]
    # The fifth lowest of the nine is 22, and of the last nine it stays 22 after each of these.
    readings = [*baseline, 23, 22, 21, 3]
    visits = [Visit(day, "less-smoke", "", reading=ppm) for day, ppm in zip(days, readings, strict=True)]
    results = replay(schedule, first, visits).results
    assert [result.why for result in results[:9]] == ["baseline"] * 9
    assert [result.cents for result in results[9:]] == [0, 5_00, 5_00, 5_00]


def test_three_weeks_of_falling_readings_are_followed_by_five_of_negative_ones() -> None:
    schedule = parse(preset("shaping-by-quarters"))
    first = date(2026, 3, 2)
    days = [first + timedelta(days=day) for day in (0, 2, 4, 7, 9, 11, 14, 16, 18, 21, 23)]
    readings = [4_000, 3_000, 2_300, 1_725, 1_200, 900, 600, 450, 300, 225, 301]
    visits = [Visit(day, "less-cocaine", "", reading=found) for day, found in zip(days, readings, strict=True)]
    results = replay(schedule, first, visits).results
    # The first has nothing before it. 2,300 is less than a quarter below 3,000; 301 is not negative.
    assert [result.outcome == "met" for result in results] == [False, True, False, *[True] * 7, False]
    assert [result.ladder * 25 for result in results[3:10]] == [250, 400, 550, 700, 850, 1000, 1150]


def test_a_fishbowl_of_250_slips_is_worth_2_436_dollars_a_draw() -> None:
    bowl = parse(preset("fishbowl-250")).bowl
    assert bowl is not None
    assert bowl.size == 250
    # 169 of $1, 17 of $20 and one of $100.
    assert bowl.total_cents == 609_00


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


def test_the_page_about_schedules_lists_every_preset_with_the_most_that_it_pays() -> None:
    page = (Path(__file__).parents[3] / "docs" / "schedules.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| (?:published|modeled|our own)", page, re.M))
    assert sorted(listed) == sorted(preset_names())
    for name, says in listed.items():
        schedule = parse(preset(name))
        most = most_earned(schedule)
        if most["draws"]:
            assert says == f"{most['draws']} draws", name
        else:
            sign = {"USD": "$", "GBP": "£"}[schedule.currency]
            assert says == f"{sign}{most['cents'] / 100:,.2f}".removesuffix(".00"), name
