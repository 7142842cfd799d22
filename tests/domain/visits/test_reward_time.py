"""The time from a specimen to its reward: 30 minutes at the clinic, a day where a laboratory answers."""

from datetime import UTC, datetime, timedelta

import pytest

from cm_tracker.domain.visits.reward_time import RewardTime, RewardTimes, began_at, reward_times

TEN = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("waited", "is_laboratory", "is_late"),
    [
        (30 * MINUTE, False, False),
        (30 * MINUTE + timedelta(seconds=1), False, True),
        (24 * HOUR, True, False),
        (24 * HOUR + timedelta(seconds=1), True, True),
    ],
)
def test_an_award_is_late_after_thirty_minutes_and_after_a_day_of_the_laboratory(
    waited: timedelta, is_laboratory: bool, is_late: bool
) -> None:
    assert RewardTime(TEN, TEN + waited, is_laboratory).is_late is is_late


def test_minutes_are_whole_and_run_on_to_the_prize() -> None:
    time = RewardTime(TEN, TEN + timedelta(minutes=6, seconds=59), prize_at=TEN + timedelta(minutes=11))
    assert (time.minutes, time.minutes_to_prize) == (6, 11)
    assert RewardTime(TEN, TEN).minutes_to_prize is None


def test_the_wait_begins_with_the_specimen() -> None:
    assert began_at(TEN, TEN - 20 * MINUTE, TEN + 5 * MINUTE) == TEN


def test_without_a_time_of_the_specimen_it_begins_with_the_arrival() -> None:
    saved_at = TEN + 5 * MINUTE
    assert began_at(None, TEN, saved_at) == TEN
    assert began_at(saved_at, TEN, saved_at) == TEN, "the program filled in the moment of saving"
    assert began_at(None, None, saved_at) == saved_at
    assert began_at(None, TEN + HOUR, saved_at) == saved_at, "nobody is rewarded before they arrive"


def test_the_measures_of_a_month() -> None:
    waits = [(4, False), (6, False), (45, False), (60 * 20, True), (60 * 30, True)]
    times = [RewardTime(TEN, TEN + minutes * MINUTE, laboratory) for minutes, laboratory in waits]
    assert reward_times(times) == RewardTimes(5, 45.0, same_visit=2, laboratory=2, late=1, late_laboratory=1)
    assert reward_times(times).same_visit_share == 0.4
    assert reward_times(times[:2]).median_minutes == 5.0, "the middle of two"


def test_where_nothing_was_rewarded_nothing_is_measured() -> None:
    none = reward_times([])
    assert (none.count, none.median_minutes, none.same_visit_share) == (0, None, None)
