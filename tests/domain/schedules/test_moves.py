"""An enrollment that is moved to another version: what goes on, what begins, what ends. Amounts worked out by hand.

The versions "old" and "new" pay two visits a week. The old one pays 10 points and 5 more for each level, the new one
100 and 10 more, so that an amount tells which of them paid it, and at which level. Days are counted from 0.
"""

from datetime import timedelta
from typing import Any

import pytest

from cm_tracker.domain.schedules.engine import Replay, Result, Visit, replay
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.outcomes import LETTERS
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.timeline import Move, Pause
from tests.domain.schedules.documents import START, document, phase, track

Json = dict[str, Any]


def old(*phases: Json, **more: Any) -> Json:
    return document(track(*(phases or (phase((1, 8)),)), **more), format="cm-schedule/2")


def new_phase(weeks: tuple[int, int] = (1, 8), **more: Any) -> Json:
    return phase(weeks, **{"base": 100, "step": 10, **more})


def new(*phases: Json, **more: Any) -> Json:
    return document(track(*(phases or (new_phase(),)), **more), format="cm-schedule/2")


def moved(first: Json, day: int, other: Json, visits: str, **more: Any) -> Replay:
    """Replay visits such as "0N 1N 8P": the day, and the letter of the outcome."""
    listed = [Visit(START + timedelta(days=int(one[:-1])), "goal", LETTERS[one[-1]]) for one in visits.split()]
    return replay(parse(first), START, listed, moves=[Move(START + timedelta(days=day), parse(other))], **more)


def paid(first: Json, day: int, other: Json, visits: str) -> list[int]:
    return [result.paid for result in moved(first, day, other, visits).results]


# -- what goes on ---------------------------------------------------------------------------------------------


def test_level_run_and_what_is_remembered_go_on_and_the_day_of_the_move_is_the_new_versions() -> None:
    assert paid(old(), 7, new(), "0N 1N 7N 8N") == [10, 15, 120, 130]
    bonus = {"run_bonus": {"every": 3, "amount": 7}}
    assert paid(old(), 7, new(new_phase(**bonus)), "0N 1N 7N") == [10, 15, 120 + 7]
    restore = {"restore": {"after": 1, "takes_effect": "next", "to": "last_paid"}}
    assert paid(old(**restore), 7, new(**restore), "0N 1P 7N 8N") == [10, 0, 100, 110]


def test_the_new_version_lowers_the_level_to_its_top() -> None:
    assert paid(old(), 7, new(new_phase(cap=110)), "0N 1N 7N 8N") == [10, 15, 110, 110]
    values = phase((1, 8), values=[100, 105])
    for key in ("base", "step", "cap"):
        del values[key]
    assert paid(old(), 7, new(values), "0N 1N 7N") == [10, 15, 105]


def test_the_new_version_restores_by_its_own_rule() -> None:
    """The level that was lost under the old version, which restores nothing, does not come back."""
    restore = {"restore": {"after": 1, "takes_effect": "next", "to": "last_paid"}}
    assert paid(old(), 7, new(**restore), "0N 1N 7N 8P 14N 15N") == [10, 15, 120, 0, 100, 120]
    assert paid(old(), 7, new(**restore), "0N 1P 7N 8N") == [10, 0, 100, 110]
    assert paid(old(**restore), 7, new(), "0N 1N 7N 8P 14N 15N") == [10, 15, 120, 0, 100, 110]


def test_the_new_version_pays_in_its_own_unit() -> None:
    bowl = {"name": "B", "slips": [{"tier": "small", "count": 1, "cents": 100}]}
    found = moved(old(), 7, {**new(pays="draws"), "bowl": bowl}, "0N 7N").results
    assert [(result.paid, result.unit, result.cents) for result in found] == [(10, "points", 250), (110, "draws", 0)]


def test_a_point_is_cut_by_the_ceilings_of_the_version_of_its_day() -> None:
    ceiling = [{"scope": "enrollment", "cents": 3000}]  # 120 points of 25 cents
    assert paid(old(), 7, {**new(), "ceilings": ceiling}, "0N 1N 7N 8N") == [10, 15, 95, 0]
    assert paid({**old(), "ceilings": [{"scope": "award", "cents": 250}]}, 7, new(), "0N 1N 7N") == [10, 10, 120]


def test_a_new_version_counts_the_visits_that_were_paid_before_against_its_limit() -> None:
    assert paid(old(), 7, new(most_paid=3), "0N 1N 7N 8N") == [10, 15, 120, 0]
    assert paid(old(), 7, new(new_phase(most_paid=3)), "0N 1N 7N 8N") == [10, 15, 120, 0]


def test_days_between_visits_are_counted_over_the_move() -> None:
    found = moved(old(), 7, new(min_hours_between=72), "0N 5N 7N 8N").results
    assert [(result.paid, result.why) for result in found] == [
        (10, "paid"),
        (15, "paid"),
        (0, "too_soon"),
        (120, "paid"),
    ]


# -- weeks ----------------------------------------------------------------------------------------------------

BY_WEEK = {"rises": "week"}


def test_a_week_that_ended_before_the_move_is_closed_by_the_old_version() -> None:
    first, other = old(phase((1, 8), **BY_WEEK)), new(new_phase(visits_per_week=3, **BY_WEEK))
    assert paid(first, 7, other, "0N 1N 7N 8N") == [10, 10, 110, 110]
    assert paid(new(new_phase(visits_per_week=3, **BY_WEEK)), 7, old(phase((1, 8), **BY_WEEK)), "0N 1N 7N") == [
        100,
        100,
        10,
    ]


def test_the_week_in_which_the_move_lies_is_closed_by_the_new_version() -> None:
    first = old(phase((1, 8), **BY_WEEK))
    assert paid(first, 8, new(new_phase(**BY_WEEK)), "7N 8N 14N") == [10, 100, 110]
    # Two visits do not fill a week of three.
    assert paid(first, 8, new(new_phase(visits_per_week=3, **BY_WEEK)), "7N 8N 14N") == [10, 100, 100]


def test_a_place_of_the_week_that_was_used_before_the_move_stays_used() -> None:
    found = moved(old(), 9, new(), "7N 8N 9N 14N").results
    assert [(result.paid, result.why) for result in found] == [(10, "paid"), (15, "paid"), (0, "extra"), (120, "paid")]


def test_a_reset_before_the_move_spoils_the_week_after_it() -> None:
    assert paid(old(phase((1, 8), **BY_WEEK)), 8, new(new_phase(**BY_WEEK)), "7P 8N 9N 14N") == [0, 100, 100, 100]


# -- phases ---------------------------------------------------------------------------------------------------


def test_a_phase_that_begins_with_the_week_of_the_move_is_the_new_versions_to_begin() -> None:
    two = old(phase((1, 1)), phase((2, 8)))
    # From the first day of week 2 on, the old version's second phase never begins.
    assert paid(two, 7, new(), "0N 1N 7N") == [10, 15, 120]
    assert paid(two, 7, new(new_phase(visits_per_week=4, period_weeks=2)), "0N 1N 7N") == [10, 15, 120]
    assert paid(old(), 7, new(new_phase((1, 1)), new_phase((2, 8))), "0N 1N 7N") == [10, 15, 100]


def test_a_phase_begins_on_the_first_day_of_its_week_under_the_version_of_that_day() -> None:
    """From the second day of week 2 on, the week began under the old version, though nobody came on its first day."""
    assert paid(old(phase((1, 1)), phase((2, 8))), 8, new(), "0N 1N 8N") == [10, 15, 100]
    assert paid(old(), 8, new(new_phase((1, 1)), new_phase((2, 8))), "0N 1N 8N") == [10, 15, 120]


def test_a_phase_of_the_new_version_that_began_before_the_move_does_not_begin_again() -> None:
    two = new(new_phase((1, 1)), new_phase((2, 8)))
    assert paid(old(), 14, two, "0N 1N 7N 14N") == [10, 15, 20, 130]
    # But every phase of the old one that began before it did.
    assert paid(old(phase((1, 1)), phase((2, 2)), phase((3, 8))), 14, new(), "0N 1N 14N") == [10, 15, 100]


# -- periods of several weeks ---------------------------------------------------------------------------------

BY_TWO = {"period_weeks": 2}


def test_a_version_that_begins_inside_a_period_counts_the_visits_that_were_paid_in_it() -> None:
    first, other = old(phase((1, 8), **BY_TWO)), new(new_phase(**BY_TWO))
    assert paid(first, 7, other, "0N 1N 7N 14N") == [10, 15, 0, 120]
    assert paid(first, 7, other, "0N 7N 8N") == [10, 110, 0]
    # The old version counted by the week: the new period began before the move.
    assert paid(old(), 7, new(new_phase(visits_per_week=3, **BY_TWO)), "0N 1N 7N 8N") == [10, 15, 120, 0]
    assert paid(old(), 7, other, "7N 8N") == [100, 110], "nothing was paid before"


def test_a_new_version_that_counts_by_the_week_begins_with_no_visit_in_it() -> None:
    first = old(phase((1, 8), **BY_TWO))
    assert paid(first, 7, new(), "0N 1N 7N 8N") == [10, 15, 120, 130]
    # Also in the middle of a week in which nobody came so far.
    assert paid(first, 8, new(), "0N 1N 8N 9N") == [10, 15, 120, 130]


def test_a_period_of_the_new_version_that_begins_with_the_move_begins_empty() -> None:
    other = new(new_phase((1, 1)), new_phase((2, 9), carry_level=True, **BY_TWO))
    assert paid(old(phase((1, 8), **BY_TWO)), 7, other, "0N 1N 7N 8N 14N") == [10, 15, 120, 130, 0]


def test_a_period_that_goes_on_over_the_move_rises_once_when_it_ends() -> None:
    first, other = old(phase((1, 8), **BY_TWO, **BY_WEEK)), new(new_phase(**BY_TWO, **BY_WEEK))
    assert paid(first, 7, other, "0N 1N 14N 15N 28N") == [10, 10, 110, 110, 120]


def test_a_reset_before_the_move_spoils_the_period_and_a_hold_does_not() -> None:
    first, other = old(phase((1, 8), **BY_TWO)), new(new_phase(week_bonus=7, **BY_TWO))
    assert paid(first, 7, other, "0P 1N 7N") == [0, 10, 110]
    assert paid(first, 7, other, "0E 1N 7N") == [0, 10, 110 + 7]


def test_visits_of_a_washout_use_no_place_of_the_period() -> None:
    washout = old(phase((1, 8), pays_nothing=True, base=0, step=0))
    found = moved(washout, 7, new(new_phase((1, 2), **BY_TWO), new_phase((3, 8), base=500)), "0N 1N 7N 8N").results
    assert [(result.paid, result.why) for result in found] == [
        (0, "baseline"),
        (0, "baseline"),
        (100, "paid"),
        (110, "paid"),
    ]
    # After the first of the two places the next one earns the second, not what the next period pays.
    assert [result.next_due for result in found[2:]] == [110, 500]


# -- what begins, and what ends ---------------------------------------------------------------------------------


def test_a_behavior_that_is_new_in_a_version_begins_at_its_level() -> None:
    other = new(new_phase((1, 2)), new_phase((3, 8)), start_level=2, behavior="came")
    # One that goes on does not take it again.
    assert paid(old(), 7, new(start_level=5), "0N 7N") == [10, 110]
    for day, week in ((7, 2), (14, 3), (16, 3)):
        listed = [Visit(START + timedelta(days=day), "came", "met")]
        (found,) = replay(parse(old()), START, listed, moves=[Move(START + timedelta(days=day), parse(other))]).results
        assert (found.week, found.level, found.paid) == (week, 2, 120)


def test_a_behavior_that_ended_earns_nothing_more_and_changes_nothing() -> None:
    bowl = {"name": "B", "slips": [{"tier": "small", "count": 1, "cents": 100}]}
    came = {**new(behavior="came"), "bowl": bowl}
    listed = [Visit(START, "goal", "met", ref=4), Visit(START + timedelta(days=8), "goal", "met", True, 600, ref=9)]
    moves = [
        Move(START + timedelta(days=1), parse(new())),
        Move(START + timedelta(days=2), parse({**old(pays="draws"), "bowl": bowl})),
        Move(START + timedelta(days=7), parse(came)),
    ]
    found = replay(parse(old()), START, listed, moves=moves)
    assert found.results[1] == Result(
        n=2, week=2, behavior="goal", outcome="met", level=0, run=0, ladder=0, run_bonus=0, week_bonus=0,
        side_bonus=0, due=0, paid=0, unit="draws", cents=0, cut_by=None, next_due=0, why="outside", ref=9,
        level_after=0, limit=None,
    )  # fmt: skip
    assert found.state("goal", START + timedelta(days=9)) == LadderState("goal", "draws", 0, 0, None, 0, None, 2)
    assert not found.has_paid_most("goal", START + timedelta(days=9))
    with pytest.raises(KeyError):
        found.state("other", START + timedelta(days=9))


def test_a_behavior_that_no_version_has_earns_nothing_in_points_once_the_enrollment_was_moved() -> None:
    listed = [Visit(START, "other", "met")]
    (found,) = replay(parse(old()), START, listed, moves=[Move(START + timedelta(days=7), parse(new()))]).results
    assert (found.unit, found.paid, found.why) == ("points", 0, "outside")


def test_a_behavior_that_returns_begins_anew() -> None:
    moves = [
        Move(START + timedelta(days=7), parse(new(behavior="came"))),
        Move(START + timedelta(days=14), parse(new())),
    ]
    listed = [Visit(START + timedelta(days=day), "goal", "met") for day in (0, 1, 8, 14)]
    found = replay(parse(old()), START, listed, moves=moves).results
    assert [(result.paid, result.run) for result in found] == [(10, 1), (15, 2), (0, 0), (100, 1)]


# -- the state on a later day -----------------------------------------------------------------------------------


def test_the_state_on_a_day_after_a_move_is_that_of_the_new_version() -> None:
    found = moved(old(), 7, new(), "0N 1N")
    assert [found.state("goal", START + timedelta(days=day)).next_due for day in (1, 6, 7)] == [20, 20, 120]
    assert found.state("goal", START + timedelta(days=1)).next_due == 20, "asking for a later day changed nothing"


def test_a_limit_that_a_later_version_sets_is_reached_from_its_day_on() -> None:
    found = moved(old(), 7, new(most_paid=2), "0N 1N")
    assert [found.has_paid_most("goal", START + timedelta(days=day)) for day in (1, 6, 7)] == [False, False, True]
    assert not found.has_paid_most("other", START)


def test_a_move_inside_a_pause_keeps_to_the_program_weeks() -> None:
    """Days 7 to 13 are paused, so that day 14 is the first day of week 2."""
    pauses = [Pause(START + timedelta(days=7), START + timedelta(days=13))]
    two = old(phase((1, 1)), phase((2, 8)))
    for day, amount in ((10, 120), (14, 120), (15, 100)):
        found = moved(two, day, new(), f"0N 1N {max(day, 14)}N", pauses=pauses).results
        assert (found[-1].week, found[-1].paid) == (2, amount)
