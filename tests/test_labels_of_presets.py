"""How a preset is described in a line."""

from typing import Any

import pytest

from cm_tracker.domain.money import money_in
from cm_tracker.domain.schedules.facts import KINDS, Facts, Often
from cm_tracker.labels import presets as labels


def facts(**more: Any) -> Facts:
    values: dict[str, Any] = {
        "tested": ("stimulants",), "analytes": ("cocaine",), "often": ((Often(2, 1),),), "visits_a_week": 2, "weeks": 12,
        "pays": ("points",), "points_cents": 500_00, "draws": 0, "draws_cents": 0, "currency": "USD", **more,
    }  # fmt: skip
    return Facts(**values)


@pytest.mark.parametrize(
    ("often", "says"),
    [
        (((Often(3, 1),),), "3 a week"),
        (((Often(2, 1), Often(1, 1)),), "2 a week, then 1"),
        (((Often(9, 2), Often(5, 1)),), "9 in 2 weeks, then 5 a week"),
        (((Often(5, 1), Often(1, 1)), (Often(3, 1),)), "5 a week, then 1; 3 a week"),
        (((Often(4, None),),), "4 in all"),
    ],
)
def test_how_often_clients_come(often: Any, says: str) -> None:
    assert labels.often(facts(often=often)) == says


@pytest.mark.parametrize(
    ("tested", "analytes", "says"),
    [
        (("stimulants",), ("cocaine",), "Urine: cocaine"),
        (("cannabis",), ("thc",), "Urine: THC"),
        (("stimulants", "alcohol"), ("stimulant", "alcohol"), "Urine: stimulants and alcohol"),
        (("stimulants", "attendance"), ("cocaine",), "Urine: cocaine; attendance"),
        (("alcohol", "goals"), (), "Alcohol (breath or skin); goals"),
    ],
)
def test_what_is_tested(tested: tuple[str, ...], analytes: tuple[str, ...], says: str) -> None:
    assert labels.tested(facts(tested=tested, analytes=analytes)) == says


def test_every_kind_has_its_words() -> None:
    assert set(labels.KINDS) == set(KINDS)
    for kind in set(KINDS) - {"stimulants", "opioids", "cannabis", "other_drugs"}:
        assert labels.tested(facts(tested=(kind,), analytes=()))


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ("tested", "tests urine: cocaine"),
        ("visits", "2 visits a week"),
        ("pays", "pays points"),
        ("weeks", "12 weeks"),
        ("cents", "costs $500.00"),
    ],
)
def test_why_a_preset_does_not_fit(wish: str, says: str) -> None:
    assert labels.misfit(facts(), wish, "USD") == says


def test_an_amount_in_another_currency_is_not_compared() -> None:
    assert labels.misfit(facts(currency="GBP"), "cents", "USD") == "costs £500.00, in another currency"
    assert labels.misfit(facts(currency="GBP"), "cents", "GBP") == "costs £500.00"


def test_a_cost_says_whether_it_is_the_most_or_an_average() -> None:
    assert labels.cost_title(facts()) == "At most"
    assert labels.cost_title(facts(draws=164, draws_cents=363_75)) == "164 draws, on average"
    assert labels.cost(facts(points_cents=10_00, draws=1, draws_cents=2_21)) == "$12.21"
    assert labels.pays(facts(pays=("points", "draws"))) == "Points (vouchers) and Draws (prizes)"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"values": (10, 185), "point_value_cents": 25}, "$2.50 to $46.25 a visit"),
        ({"values": (20, 20), "point_value_cents": 25}, "$5.00 a visit"),
        ({"values": (32, 156), "point_value_cents": 25, "currency": "GBP"}, "£8.00 to £39.00 a visit"),
        ({"values": (1, 8), "pays": ("draws",)}, "1 to 8 draws a visit"),
        ({"values": (1, 1), "pays": ("draws",)}, "1 draw a visit"),
        ({"values": (10, 185), "first": 10, "point_value_cents": 25}, "$2.50, later $46.25"),
        ({"values": (1, 12), "first": 1, "pays": ("draws",)}, "1 draw, later 12"),
        ({"values": (5, 8), "first": 8, "pays": ("draws",)}, "5 to 8 draws a visit"),
        ({"values": (5, 5), "first": 5, "pays": ("draws",)}, "5 draws a visit"),
        ({"values": ()}, ""),
    ],
)
def test_from_which_to_which_value_a_ladder_goes(more: dict[str, Any], says: str) -> None:
    assert labels.values(facts(**more)) == says


@pytest.mark.parametrize(
    ("cents", "currency", "says"),
    [
        (997_50, "USD", "$997.50"),
        (752_00, "GBP", "£752.00"),
        (1_234_56, "EUR", "€1,234.56"),
        (20_00, "CAD", "CAD 20.00"),
    ],
)
def test_money_is_shown_in_its_currency(cents: int, currency: str, says: str) -> None:
    assert money_in(cents, currency) == says
