"""Five small prizes for one of the next tier."""

import pytest

from cm_tracker.domain.errors import NoHeadroom, NothingGained
from cm_tracker.domain.prizes.trading import check_headroom, tier_step_of
from cm_tracker.domain.schedules.schedule import Bowl, Slip

# The bowl of the VA's rollout: $1, $20, $100 (domain facts: 209 small, 40 large, 1 jumbo of 500).
VA = Bowl("VA", (Slip("good_job", 250, 0), Slip("small", 209, 100), Slip("large", 40, 2000), Slip("jumbo", 1, 10000)))


def test_the_smallest_tier_of_prizes_is_traded_for_the_next_one() -> None:
    step = tier_step_of(VA)
    assert step is not None
    assert (step.small.tier, step.large.tier, step.gain_cents([100] * 5)) == ("small", "large", 1500)
    assert step.gain_cents([100, 100, 100, 100, 400]) == 1200


def test_a_trade_that_loses_value_is_refused() -> None:
    step = tier_step_of(Bowl("x", (Slip("small", 1, 500), Slip("large", 1, 1000))))
    assert step is not None
    with pytest.raises(NothingGained):
        step.gain_cents([500] * 5)
    assert step.gain_cents([200] * 5) == 0


def test_a_bowl_with_one_tier_of_prizes_allows_no_trade() -> None:
    assert tier_step_of(Bowl("x", (Slip("good_job", 1, 0), Slip("small", 1, 100)))) is None
    assert tier_step_of(Bowl("x", (Slip("pen", 1, 100), Slip("mug", 1, 100)))) is None
    assert tier_step_of(Bowl("x", (Slip("good_job", 1, 0),))) is None


@pytest.mark.parametrize(
    ("rooms", "scope"),
    [
        ([], None),
        ([(1500, "enrollment")], None),
        ([(1499, "enrollment")], "enrollment"),
        ([(9000, "enrollment"), (0, "calendar_year")], "calendar_year"),
        ([(2000, "award")], None),
        ([(1999, "award")], "award"),
    ],
)
def test_a_ceiling_counts_what_is_gained_and_one_for_an_award_the_prize(
    rooms: list[tuple[int, str]], scope: str | None
) -> None:
    step = tier_step_of(VA)
    assert step is not None
    if scope is None:
        check_headroom(step, 1500, rooms)
    else:
        with pytest.raises(NoHeadroom) as refused:
            check_headroom(step, 1500, rooms)
        assert refused.value.scope == scope
