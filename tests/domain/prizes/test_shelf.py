"""The stock of a tier, compared with what draws need."""

from datetime import date

import pytest

from cm_tracker.domain.prizes.shelf import ENOUGH, LOW, OUT, due_on, may_run_out, tier_stock


@pytest.mark.parametrize(
    ("stock", "waiting", "draws", "share", "lately", "needed", "state"),
    [
        (0, 0, 0, 0.002, 0, 1, OUT),  # a jumbo that nobody drew yet: one has to be there
        (1, 0, 0, 0.002, 0, 1, ENOUGH),
        (5, 0, 10, 0.418, 0, 5, ENOUGH),  # of ten draws 4.18 are small, so five
        (4, 0, 10, 0.418, 0, 5, LOW),
        (9, 2, 10, 0.418, 3, 10, LOW),  # two are owed, five will come, three came lately
        (0, 2, 0, 0.418, 0, 2, OUT),
    ],
)
def test_a_tier(stock: int, waiting: int, draws: int, share: float, lately: int, needed: int, state: str) -> None:
    found = tier_stock("small", stock=stock, waiting=waiting, draws=draws, share=share, lately=lately)
    assert (found.tier, found.stock, found.waiting) == ("small", stock, waiting)
    assert (found.needed, found.state) == (needed, state)


def test_a_drawn_prize_is_due_within_two_weeks() -> None:
    assert due_on(date(2026, 3, 16)) == date(2026, 3, 30)


@pytest.mark.parametrize(
    ("left", "handed_out", "visits", "expected", "is_short"),
    [
        (2, 30, 100, 10, True),  # every third client or so takes one: about three are wanted today
        (3, 30, 100, 10, False),
        (1, 1, 100, 10, False),
        (1, 0, 0, 10, False),  # nobody took one yet
        (0, 30, 100, 10, False),  # the shelf says already that none is left
    ],
)
def test_a_prize_may_not_last_the_day(left: int, handed_out: int, visits: int, expected: int, is_short: bool) -> None:
    assert may_run_out(left, handed_out=handed_out, visits=visits, expected=expected) is is_short
