"""Which schedules fit what a clinic has, in which order, and what to loosen where none does."""

from typing import Any

import pytest

from cm_tracker.domain.schedules.facts import Facts, Often
from cm_tracker.domain.schedules.finding import Wanted, missing, search


def facts(**more: Any) -> Facts:
    values: dict[str, Any] = {
        "tested": ("stimulants",), "analytes": ("cocaine",), "often": ((Often(2, 1),),), "visits_a_week": 2, "weeks": 12, "pays": ("points",),
        "points_cents": 500_00, "draws": 0, "draws_cents": 0, "currency": "USD", **more,
    }  # fmt: skip
    return Facts(**values)


EVERY = {
    "dear": facts(points_cents=900_00, visits_a_week=3),
    "pounds": facts(points_cents=30_00, currency="GBP", weeks=4),
    "prizes": facts(pays=("draws",), points_cents=0, draws=100, draws_cents=222_00),
    "smoke": facts(tested=("smoking", "attendance"), weeks=52, points_cents=350_00),
}


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (Wanted(), ("prizes", "smoke", "dear", "pounds")),
        (Wanted(tested="stimulants"), ("prizes", "dear", "pounds")),
        (Wanted(tested="attendance"), ("smoke",)),
        (Wanted(visits=3), ("prizes", "smoke", "dear", "pounds")),
        (Wanted(visits=2), ("prizes", "smoke", "pounds")),
        (Wanted(pays="draws"), ("prizes",)),
        (Wanted(weeks=12), ("prizes", "dear", "pounds")),
        (Wanted(weeks=11), ("pounds",)),
        (Wanted(cents=350_00), ("prizes", "smoke")),
        (Wanted(cents=349_99), ("prizes",)),
        (Wanted(tested="stimulants", pays="points", weeks=12), ("dear", "pounds")),
    ],
)
def test_what_fits_comes_from_the_cheapest_on_with_other_currencies_last(
    wanted: Wanted, fitting: tuple[str, ...]
) -> None:
    assert search(EVERY, wanted, "USD").fitting == fitting


def test_equal_costs_are_ordered_by_name() -> None:
    assert search({"b": facts(), "a": facts()}, Wanted(), "USD").fitting == ("a", "b")


def test_each_that_does_not_fit_says_why() -> None:
    found = search(EVERY, Wanted(tested="stimulants", visits=2, weeks=12, cents=400_00), "USD")
    assert found.fitting == ("prizes",)
    assert found.others == {"smoke": ("tested", "weeks"), "dear": ("visits", "cents"), "pounds": ("cents",)}
    assert found.loosened == {}


def test_a_limit_of_money_is_in_the_currency_of_the_program() -> None:
    assert missing(EVERY["pounds"], Wanted(cents=30_00), "GBP") == ()
    assert missing(EVERY["pounds"], Wanted(cents=29_99), "GBP") == ("cents",)
    assert missing(EVERY["dear"], Wanted(cents=1_000_00), "GBP") == ("cents",)
    assert search(EVERY, Wanted(), "GBP").fitting == ("pounds", "prizes", "smoke", "dear")


def test_where_nothing_fits_it_says_what_to_loosen() -> None:
    found = search(EVERY, Wanted(tested="stimulants", pays="draws", cents=100_00), "USD")
    assert found.fitting == ()
    # Without the kind of payment: pounds are not compared with a limit in dollars. Without the money: the prizes.
    assert found.loosened == {"cents": 1}
    assert search(EVERY, Wanted(visits=1, weeks=12), "USD").loosened == {"visits": 3}
    assert search(EVERY, Wanted(visits=1, weeks=3), "USD").loosened == {}
    assert search(EVERY, Wanted(tested="smoking", pays="draws"), "USD").loosened == {"tested": 1, "pays": 1}
