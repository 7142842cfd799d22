"""Fairness: worked by hand, and against the tables of chi-squared that every textbook prints."""

import pytest

from cm_tracker.domain.prizes.fairness import FAIR, TOO_FEW, UNUSUAL, DrawnTiers, chi_squared_tail, compare
from cm_tracker.domain.schedules.schedule import Bowl, Slip

STANDARD = Bowl(
    "Standard 500",
    (Slip("good_job", 250, 0), Slip("small", 209, 100), Slip("large", 40, 2000), Slip("jumbo", 1, 10000)),
)
HALF = Bowl("Half", (Slip("good_job", 1, 0), Slip("small", 1, 100)))


@pytest.mark.parametrize(
    ("freedom", "at_5_percent", "at_1_in_1000"),
    [
        (1, 3.841, 10.828),
        (2, 5.991, 13.816),
        (3, 7.815, 16.266),
        (4, 9.488, 18.467),
        (5, 11.070, 20.515),
        (7, 14.067, 24.322),
        (9, 16.919, 27.877),
        (10, 18.307, 29.588),
    ],
)
def test_the_tail_is_that_of_the_tables(freedom: int, at_5_percent: float, at_1_in_1000: float) -> None:
    assert chi_squared_tail(at_5_percent, freedom) == pytest.approx(0.05, abs=2e-5)
    assert chi_squared_tail(at_1_in_1000, freedom) == pytest.approx(0.001, abs=2e-6)
    assert chi_squared_tail(0, freedom) == 1


@pytest.mark.parametrize(("value", "freedom"), [(2.4, 40), (0.4, 41)])
def test_a_probability_is_never_above_one(value: float, freedom: int) -> None:
    """The sums of these two are 1.0000000000000002."""
    assert chi_squared_tail(value, freedom) == 1


@pytest.mark.parametrize(("value", "freedom"), [(1, 0), (-0.1, 1)])
def test_chi_squared_has_a_degree_of_freedom_and_is_not_negative(value: float, freedom: int) -> None:
    with pytest.raises(ValueError, match=r"^chi-squared has at least one degree of freedom and is not negative$"):
        chi_squared_tail(value, freedom)


def test_a_coin_by_hand() -> None:
    """60 and 40 of 100: chi-squared 100/50 + 100/50 = 4; value 4,000 of 5,000, deviation 50 * 10 = 500, so z = -2."""
    found = compare([DrawnTiers(HALF, {"good_job": 60, "small": 40}, 4000)])
    assert (found.draws, found.drawn_cents, found.given_cents, found.expected_cents) == (100, 4000, 4000, 5000)
    assert found.chi_squared == pytest.approx(4) and found.freedom == 1
    assert found.z == pytest.approx(-2)
    assert found.p == pytest.approx(0.0455, abs=1e-4)
    assert found.verdict == FAIR
    assert [tuple(tier) for tier in found.tiers] == [("good_job", 60, 50.0), ("small", 40, 50.0)]


def test_a_bowl_that_gives_too_much_is_unusual() -> None:
    assert compare([DrawnTiers(HALF, {"good_job": 30, "small": 70})]).verdict == UNUSUAL


def test_the_standard_bowl_is_worth_2_dollars_and_22_cents() -> None:
    """domain.md: $2.218 a draw, 164 draws are $364 plus or minus $88. A hundred draws: $221.80 and $68.90."""
    found = compare([DrawnTiers(STANDARD, {"good_job": 100, "small": 0}, 0)])
    assert found.expected_cents == pytest.approx(22180)
    assert found.z is not None and found.z == pytest.approx(-22180 / 6889, abs=0.01)
    assert found.verdict == UNUSUAL


@pytest.mark.parametrize(("small", "verdict"), [(65, FAIR), (66, UNUSUAL), (35, FAIR), (34, UNUSUAL)])
def test_more_than_three_deviations_are_unusual(small: int, verdict: str) -> None:
    """Of 100 coins one deviation is five: 65 are three of them, with p = 0.0027, and 66 are more (p = 0.0014)."""
    assert compare([DrawnTiers(HALF, {"good_job": 100 - small, "small": small})]).verdict == verdict


def test_too_many_jumbos_are_unusual_though_their_tier_is_too_rare_for_chi_squared() -> None:
    """4 large and 4 jumbos of 8.2 expected fit together. $522 were drawn of $221.80 expected: 4.4 deviations."""
    found = compare([DrawnTiers(STANDARD, {"good_job": 50, "small": 42, "large": 4, "jumbo": 4})])
    assert found.p is not None and found.p > 0.9
    assert found.z == pytest.approx((52200 - 22180) / 6892, abs=0.01)
    assert found.verdict == UNUSUAL


def test_tiers_of_the_same_worth_are_compared_by_how_often_they_were_drawn() -> None:
    bowl = Bowl("Pens and mugs", (Slip("pen", 1, 100), Slip("mug", 1, 100)))
    assert [
        (found.z, found.verdict)
        for found in (compare([DrawnTiers(bowl, {"pen": pens, "mug": 100 - pens})]) for pens in (50, 70))
    ] == [(0.0, FAIR), (0.0, UNUSUAL)]


def test_rare_tiers_are_merged() -> None:
    """Of 100 draws 0.2 jumbos and 8 large are expected: together 8.2, so that two degrees of freedom are left."""
    found = compare([DrawnTiers(STANDARD, {"good_job": 50, "small": 42, "large": 8})])
    assert found.freedom == 2
    assert found.chi_squared == pytest.approx(0 + (42 - 41.8) ** 2 / 41.8 + (8 - 8.2) ** 2 / 8.2)
    assert found.verdict == FAIR


def test_too_few_draws_have_no_verdict() -> None:
    found = compare([DrawnTiers(HALF, {"small": 9})])
    assert (found.verdict, found.z, found.p, found.chi_squared, found.draws) == (TOO_FEW, None, None, None, 9)
    assert compare([]).verdict == TOO_FEW


def test_a_bowl_with_one_tier_says_nothing_however_often_it_is_drawn() -> None:
    bowl = Bowl("All small", (Slip("small", 5, 100),))
    assert [compare([DrawnTiers(bowl, {"small": n})]).verdict for n in (3, 1000)] == [TOO_FEW, TOO_FEW]


def test_draws_of_two_months_from_one_bowl_are_added_up() -> None:
    """Five draws a month are too few, and two months of them are not."""
    months = [DrawnTiers(HALF, {"good_job": 3, "small": 2}, 200), DrawnTiers(HALF, {"good_job": 2, "small": 3}, 300)]
    found = compare(months)
    assert (found.draws, found.given_cents, found.verdict, found.z) == (10, 500, FAIR, 0.0)


def test_a_tier_that_nobody_drew_in_one_month_counts_with_the_other() -> None:
    found = compare([DrawnTiers(HALF, {"good_job": 5}), DrawnTiers(HALF, {"small": 7}), DrawnTiers(HALF, {})])
    assert {tier.tier: tier.drawn for tier in found.tiers} == {"good_job": 5, "small": 7}


def test_each_bowl_is_compared_separately() -> None:
    """A coin's 4 with one degree, and the standard bowl's as it should be: 4 with three."""
    found = compare(
        [
            DrawnTiers(HALF, {"good_job": 60, "small": 40}),
            DrawnTiers(STANDARD, {"good_job": 500, "small": 418, "large": 80, "jumbo": 2}),
        ]
    )
    assert found.freedom == 3
    assert found.chi_squared == pytest.approx(4, abs=1e-9)
    # Expected are 100 x $0.50 and 1,000 x $2.218; the variances are 100 x 2,500 and 1,000 x 474,984.76 squared cents.
    assert (found.drawn_cents, found.expected_cents) == (225_800, pytest.approx(226_800))
    assert found.z == pytest.approx(-1000 / 475_234_760**0.5)
    assert {tier.tier: (tier.drawn, round(tier.expected, 6)) for tier in found.tiers} == {
        "good_job": (560, 550),
        "small": (458, 468),
        "large": (80, 80),
        "jumbo": (2, 2),
    }
