"""A client's path at the kiosk, on the schedule of Higgins et al. 1993: 10 points and 5 more after each visit, 40 more for
every third in a row, three visits in each of twelve weeks. Five visits after a lapse bring back what the last one earned.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from cm_tracker.domain.kiosk.path import Coming, Later, Path, Stone, path_of
from tests.domain.schedules.documents import phase, track
from tests.domain.visits.histories import START, a_visit, enrollment

HIGGINS = track(
    phase((1, 12), visits_per_week=3, run_bonus={"every": 3, "amount": 40}),
    restore={"after": 5, "takes_effect": "next", "to": "last_paid"},
)
# Monday, Wednesday and Friday of twelve weeks.
DAYS = [7 * week + day for week in range(12) for day in (0, 2, 4)]


def on(day: int) -> date:
    return START + timedelta(days=day)


def path(letters: str, of: dict[str, Any], today: int, planned: tuple[int, ...] = ()) -> Path:
    """Return the path after a letter for each of `DAYS`, with the planned days that the client is told."""
    history = enrollment(
        *(a_visit(n, day, letter) for n, (day, letter) in enumerate(zip(DAYS, letters, strict=False), 1)),
        format="cm-schedule/2",
        tracks=[of],
    )
    replay = history.replay()
    return path_of(history, replay, history.timeline.tracks_on(on(today))[0], on(today), [on(day) for day in planned])


def test_a_newcomer_stands_where_they_joined_and_sees_the_top() -> None:
    found = path("", HIGGINS, 0)
    assert (found.is_new, found.met, found.pebbles, found.done) == (True, 0, 0, ())
    # The 36th visit earns 10 + 35 x 5, and 36 is a multiple of 3.
    assert found.ahead == (Stone(10), Stone(15), Stone(20, 40), Stone(185, 40, is_top=True, has_gap=True))
    assert (found.bonus, found.restores) == (Later(3, 40), None)


def test_after_nine_visits_the_last_two_are_stones_and_seven_are_pebbles() -> None:
    found = path("N" * 9, HIGGINS, 18, (21, 23, 25))
    assert (found.met, found.pebbles, found.done) == (9, 7, (45, 50))
    assert found.ahead == (
        Stone(55, 0, on(21)),
        Stone(60, 0, on(23)),
        Stone(65, 40, on(25)),
        Stone(185, 40, is_top=True, has_gap=True),
    )
    assert found.coming == (Coming(on(21), 55), Coming(on(23), 60), Coming(on(25), 65, 40))
    assert found.bonus == Later(3, 40)


@pytest.mark.parametrize(
    ("visits", "pebbles", "done"), [(1, 0, (10,)), (2, 0, (10, 15)), (3, 1, (15, 20)), (12, 7, (60, 65))]
)
def test_pebbles_are_the_visits_before_the_last_two_and_at_most_seven(
    visits: int, pebbles: int, done: tuple[int, ...]
) -> None:
    found = path("N" * visits, HIGGINS, DAYS[visits - 1])
    assert (found.pebbles, found.done) == (pebbles, done)


def test_on_the_way_up_the_step_that_brings_a_client_up_again_stands_out() -> None:
    """The eleventh visit earned 60. Three of five have been met since the lapse."""
    found = path("N" * 11 + "P" + "NNN", HIGGINS, 32, (35, 37, 39))
    assert (found.met, found.pebbles, found.done) == (14, 7, (15, 20))
    # 21 visits are left: 25, 30, then 60 and 18 x 5 more.
    assert found.ahead == (
        Stone(25, 0, on(35)),
        Stone(30, 0, on(37)),
        Stone(60, 40, on(39), is_restoring=True),
        Stone(150, 40, is_top=True, has_gap=True),
    )
    assert found.restores == Later(2, 60)


@pytest.mark.parametrize("lapse", ["P", "M", "R", "T"])
def test_right_after_a_lapse_the_last_steps_say_no_number_and_nothing_else_differs(lapse: str) -> None:
    found = path("N" * 11 + lapse, HIGGINS, 25)
    assert (found.met, found.pebbles, found.done, found.is_new) == (11, 7, (None, None), False)
    # Five visits earn 10 to 30, the sixth 60. 24 are left, and the last earns 60 + 18 x 5.
    assert found.ahead == (
        Stone(10),
        Stone(15),
        Stone(60, 40, is_restoring=True, has_gap=True),
        Stone(150, 40, is_top=True, has_gap=True),
    )
    assert (found.restores, found.bonus) == (Later(5, 60), Later(3, 40))


def test_where_the_same_visit_is_paid_again_at_the_old_value_one_visit_less_lies_before_it() -> None:
    of = track(phase((1, 12), visits_per_week=3), restore={"after": 3, "takes_effect": "same", "to": "next_due"})
    # The fifth visit would have earned 30, and the third after the lapse earns it.
    assert path("NNNNP", of, 9).restores == Later(2, 30)
    assert path("NNNNPNN", of, 14).restores is None
    assert path("NNNNPNN", of, 14).ahead[0] == Stone(30)


def test_nothing_is_brought_back_where_there_was_nothing_to_win_back() -> None:
    assert path("NP", HIGGINS, 2).restores is None


def test_an_excused_day_changes_nothing() -> None:
    assert path("NNE", HIGGINS, 4).done == (10, 15)
    assert path("NNE", HIGGINS, 4).ahead[0] == Stone(20, 40)


def test_the_top_of_a_ladder_with_a_cap_is_its_cap_and_who_stands_there_sees_the_star_on_the_next_step() -> None:
    of = track(phase((1, 12), visits_per_week=3, cap=25))
    assert path("N", of, 0).ahead == (Stone(15), Stone(20), Stone(25, is_top=True))
    assert path("NNNN", of, 7).ahead == (Stone(25, is_top=True), Stone(25), Stone(25))


def test_where_every_visit_earns_the_same_there_is_no_top() -> None:
    of = track(phase((1, 12), visits_per_week=3, step=0))
    assert path("NN", of, 2).ahead == (Stone(10), Stone(10), Stone(10))


def test_steps_that_rise_by_the_week_are_equal_within_it() -> None:
    """Two paid visits a week, 10 points and 2 more after each full week, in four weeks: the top is 16."""
    of = track(phase(rises="week", step=2))
    assert path("NN", of, 2, (7, 9, 14)).ahead == (
        Stone(12, 0, on(7)), Stone(12, 0, on(9)), Stone(14, 0, on(14)), Stone(16, is_top=True, has_gap=True),
    )  # fmt: skip


def test_a_planned_visit_beyond_the_paid_ones_promises_nothing_and_is_no_step() -> None:
    found = path("", track(phase()), 0, (0, 1, 2))
    assert found.coming == (Coming(on(0), 10), Coming(on(1), 15), Coming(on(2), 0))
    assert found.ahead[:2] == (Stone(10, 0, on(0)), Stone(15, 0, on(1)))
    # Eight visits are paid in four weeks.
    assert found.ahead[2:] == (Stone(20), Stone(45, is_top=True, has_gap=True))


def test_a_ceiling_takes_from_what_a_planned_visit_promises() -> None:
    history = enrollment(
        tracks=[track(phase(run_bonus={"every": 2, "amount": 40}))], ceilings=[{"scope": "award", "cents": 1000}]
    )
    found = path_of(history, history.replay(), history.schedule.tracks[0], on(0), [on(0), on(2)])
    # $10.00 are 40 points: the second visit is worth 15 + 40.
    assert found.coming == (Coming(on(0), 10), Coming(on(2), 15, 25))


def test_a_bonus_for_a_full_week_is_a_flag_too() -> None:
    of = track(phase(week_bonus=30))
    assert path("N", of, 0).bonus == Later(1, 30)
    assert path("N", of, 0).ahead[0] == Stone(15, 30)


def test_a_bonus_that_a_limit_on_paid_visits_puts_out_of_reach_is_no_flag() -> None:
    """Four visits are paid in all: the second week has one of three, and then none is left."""
    of = track(phase((1, 4), visits_per_week=3, step=0, week_bonus=20), most_paid=4)
    assert path("NN", of, 2).bonus == Later(1, 20)
    assert path("NNN", of, 4).bonus is None
    assert path("NNNN", of, 7).ahead == ()


def test_a_lapse_spoils_the_bonus_of_its_week_and_the_next_week_begins_anew() -> None:
    of = track(phase((1, 4), visits_per_week=3, step=0, week_bonus=20))
    assert path("NP", of, 2).bonus == Later(4, 20)
    assert path("N", of, 0).bonus == Later(2, 20)


def test_after_the_last_week_nothing_is_ahead_and_what_was_met_stays() -> None:
    found = path("NNN", HIGGINS, 84)
    assert (found.ahead, found.next, found.met, found.done) == ((), None, 3, (15, 20))


def test_hours_have_one_step_a_week() -> None:
    of = track(phase((1, 4), visits_per_week=1), evidence="hours", hours=9, target=[])
    assert path("", of, 0).ahead == (Stone(10), Stone(15), Stone(20), Stone(25, is_top=True))


def test_paused_weeks_are_left_out_and_a_baseline_is_no_step() -> None:
    of = track(phase((1, 1), base=0, step=0, pays_nothing=True), phase((2, 2)))
    assert path("", of, 0).ahead == (Stone(10), Stone(15, is_top=True))
