"""The bar of the rewards. Every expected number is worked out by hand."""

from cm_tracker.domain.kiosk.reach import ticks


def test_the_fill_is_linear_between_two_prices() -> None:
    """265 of 300 after 240: 25 of 60 points of the way, which is 41 percent."""
    shown = ticks(265, [30, 36, 60, 80, 160, 240, 300, 400])
    assert [(tick.points, tick.percent) for tick in shown] == [
        (30, 100), (36, 100), (60, 100), (80, 100), (160, 100), (240, 100), (300, 41), (400, 0),
    ]  # fmt: skip
    assert [tick.is_reached for tick in shown] == [True] * 6 + [False] * 2


def test_the_first_tick_counts_from_nothing_and_a_price_stands_once() -> None:
    assert ticks(5, [80, 20, 20]) == ((20, 25), (80, 0))


def test_a_price_that_is_just_reached_is_full() -> None:
    assert ticks(20, [20, 21]) == ((20, 100), (21, 0))


def test_without_prizes_there_is_no_tick() -> None:
    assert ticks(100, []) == ()
