"""The engine's rules one by one; every expected number is worked out by hand from the contract."""

from datetime import date, timedelta

import pytest

from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.standing import FullPeriod
from tests.domain.schedules.documents import START, document, paid, phase, run, track

BOWL = {"name": "B", "slips": [{"tier": "small", "count": 1, "cents": 100}]}


def whys(doc: dict[str, object], weeks: str) -> list[str]:
    return [result.why for result in run(doc, weeks).results]


# -- outcomes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", "PMXRT")
def test_a_target_not_met_resets(letter: str) -> None:
    assert paid(document(), f"NN N{letter} NN") == [10, 15, 20, 0, 10, 15]


@pytest.mark.parametrize("letter", "ED?!")
def test_everything_else_holds(letter: str) -> None:
    assert paid(document(), f"NN {letter}N NN") == [10, 15, 0, 20, 25, 30]


def test_an_outcome_that_is_not_listed_in_reset_on_holds() -> None:
    doc = document(track(reset_on=["positive"]))
    assert paid(doc, "NN MN PN") == [10, 15, 0, 20, 0, 10]
    assert whys(doc, "NN MN PN") == ["paid", "paid", "held", "paid", "reset", "paid"]


def test_a_third_visit_of_a_week_of_two_is_extra_and_holds() -> None:
    assert paid(document(), "NNN NN") == [10, 15, 0, 20, 25]
    assert whys(document(), "NNN NN")[2] == "extra"


def test_a_place_in_the_week_is_used_by_paid_visits_only() -> None:
    assert paid(document(), "PNN") == [0, 10, 15]


def test_before_the_first_day_and_after_the_last_week_nothing_moves() -> None:
    doc = document(track(phase((1, 1))))
    visits = [
        Visit(START - timedelta(days=1), "goal", "positive"),
        Visit(START, "goal", "met"),
        Visit(START + timedelta(days=7), "goal", "met"),
    ]
    found = replay(parse(doc), START, visits).results
    assert [(r.week, r.paid, r.why) for r in found] == [(0, 0, "outside"), (1, 10, "paid"), (2, 0, "outside")]


def test_a_result_has_the_level_at_which_it_was_paid_and_the_one_where_it_left_the_ladder() -> None:
    assert [(r.level, r.level_after) for r in run(document(), "NN EP").results] == [(0, 1), (1, 2), (2, 2), (2, 0)]
    weekly = run(document(track(phase(rises="week"))), "NN N").results
    assert [(r.level, r.level_after) for r in weekly] == [(0, 0), (0, 0), (1, 1)]


# -- dilute -------------------------------------------------------------------------------------------


def test_a_dilute_specimen_can_reset() -> None:
    assert paid(document(track(on_dilute="reset")), "NN DN") == [10, 15, 0, 10]


def test_only_the_second_dilute_without_a_met_visit_between_resets() -> None:
    doc = document(track(on_dilute="reset_if_repeated"))
    assert paid(doc, "NN DD NN") == [10, 15, 0, 0, 10, 15]
    assert paid(doc, "NN DN DN") == [10, 15, 0, 20, 0, 25]
    assert paid(doc, "ND DN DD N") == [10, 0, 0, 10, 0, 0, 10]


# -- time between -----------------------------------------------------------------------------------------


def test_too_soon_after_the_last_paid_one_pays_nothing_and_holds() -> None:
    doc = document(track(phase(visits_per_week=7), min_hours_between=72))
    found = run(doc, "NNNN").results
    assert [(r.paid, r.why) for r in found] == [(10, "paid"), (0, "too_soon"), (0, "too_soon"), (15, "paid")]


def test_with_both_times_known_the_minutes_count() -> None:
    schedule = parse(document(track(phase(visits_per_week=7), min_hours_between=48)))
    days = [(0, 14 * 60), (2, 13 * 60 + 59), (2, 14 * 60)]
    visits = [Visit(START + timedelta(days=day), "goal", "met", minute=minute) for day, minute in days]
    assert [r.why for r in replay(schedule, START, visits).results] == ["paid", "too_soon", "paid"]


# -- weekly ladders ---------------------------------------------------------------------------------------


def test_the_level_rises_at_the_end_of_a_full_week() -> None:
    doc = document(track(phase(rises="week")))
    assert paid(doc, "NN NN NN") == [10, 10, 15, 15, 20, 20]


def test_a_week_that_is_not_full_does_not_rise_and_neither_does_one_left_out() -> None:
    doc = document(track(phase(rises="week")))
    assert paid(doc, "NN N NN") == [10, 10, 15, 15, 15]
    visits = [Visit(START + timedelta(days=d), "goal", "met") for d in (0, 1, 21, 22)]
    assert [r.paid for r in replay(parse(doc), START, visits).results] == [10, 10, 15, 15]


def test_a_week_with_a_reset_in_it_is_not_full() -> None:
    assert paid(document(track(phase(rises="week"))), "NN PNN NN") == [10, 10, 0, 10, 10, 10, 10]


# -- caps and phases -----------------------------------------------------------------------------------------


def test_a_cap_holds_the_value_and_the_level() -> None:
    doc = document(track(phase(cap=22)))
    found = run(doc, "NN NN NN").results
    assert [r.paid for r in found] == [10, 15, 20, 22, 22, 22]
    assert [r.level for r in found] == [0, 1, 2, 3, 3, 3]


def test_a_phase_that_does_not_carry_starts_again_and_the_run_goes_on() -> None:
    doc = document(track(phase((1, 1)), phase((2, 4), run_bonus={"every": 4, "amount": 7})))
    assert paid(doc, "NN NN NN") == [10, 15, 10, 15 + 7, 20, 25]


def test_a_phase_that_carries_goes_on_lowered_to_its_cap() -> None:
    doc = document(track(phase((1, 2)), phase((3, 4), carry_level=True, base=10, step=5, cap=20)))
    assert paid(doc, "NN NN NN") == [10, 15, 20, 25, 20, 20]


def test_a_level_also_rises_where_the_step_is_zero() -> None:
    doc = document(track(phase((1, 2), step=0), phase((3, 4), carry_level=True)))
    assert paid(doc, "NN NN NN") == [10, 10, 10, 10, 30, 35]


def test_what_is_remembered_is_forgotten_in_a_phase_that_does_not_carry() -> None:
    restore = {"after": 1, "takes_effect": "next", "to": "last_paid"}
    doc = document(track(phase((1, 2)), phase((3, 4)), restore=restore))
    assert paid(doc, "NN NP NN") == [10, 15, 20, 0, 10, 15]


def test_a_reset_right_at_the_begin_of_such_a_phase_remembers_nothing() -> None:
    restore = {"after": 1, "takes_effect": "same", "to": "last_paid"}
    doc = document(track(phase((1, 1)), phase((2, 4)), restore=restore))
    assert paid(doc, "NN PN PN") == [10, 15, 0, 10, 0, 10]


# -- restoring -----------------------------------------------------------------------------------------------


def restoring(**more: object) -> dict[str, object]:
    return document(
        track(phase(visits_per_week=7), restore={"after": 2, "takes_effect": "next", "to": "last_paid", **more})
    )


def test_the_visit_after_restoring_is_paid_at_the_last_paid_level() -> None:
    assert paid(restoring(), "NNNPNNN") == [10, 15, 20, 0, 10, 15, 20]
    assert paid(restoring(), "NNNNNPN NN") == [10, 15, 20, 25, 30, 0, 10, 15, 30]


def test_the_restoring_visit_itself_is_paid_at_the_level_due_next() -> None:
    doc = restoring(takes_effect="same", to="next_due")
    assert paid(doc, "NNNNNPN NN") == [10, 15, 20, 25, 30, 0, 10, 35, 40]


def test_a_client_who_begins_with_a_lapse_has_nothing_to_win_back() -> None:
    doc = restoring(after=1, takes_effect="same")
    assert paid(doc, "PNN") == [0, 10, 15]
    assert paid(restoring(after=1), "PNN") == [0, 10, 15]


def test_a_hold_neither_counts_towards_restoring_nor_starts_it_again() -> None:
    assert paid(restoring(), "NNNNNPN ENEN") == [10, 15, 20, 25, 30, 0, 10, 0, 15, 0, 30]


def test_a_second_reset_before_restoring_keeps_the_higher_level() -> None:
    assert paid(restoring(), "NNNNNPN PNNN") == [10, 15, 20, 25, 30, 0, 10, 0, 10, 15, 30]


def test_the_level_already_reached_is_never_lowered_by_restoring() -> None:
    doc = document(track(phase(visits_per_week=7), restore={"after": 4, "takes_effect": "next", "to": "last_paid"}))
    assert paid(doc, "NPNNNNN") == [10, 0, 10, 15, 20, 25, 30]


# -- ceilings ------------------------------------------------------------------------------------------------


def test_an_award_ceiling_cuts_each_visit_and_the_ladder_goes_on() -> None:
    doc = document(ceilings=[{"scope": "award", "cents": 480}])  # 19 points of 25 cents fit
    found = run(doc, "NN NN").results
    assert [(r.due, r.paid, r.cut_by) for r in found] == [
        (10, 10, None),
        (15, 15, None),
        (20, 19, "award"),
        (25, 19, "award"),
    ]


def test_a_month_begins_with_its_first_day() -> None:
    doc = document(ceilings=[{"scope": "month", "cents": 500}])  # 20 points a month
    found = run(doc, "NN NN", starts_on=date(2024, 1, 25)).results
    assert [r.paid for r in found] == [10, 10, 20, 0]  # Jan 25, 26; Feb 1, 2


def test_the_tightest_ceiling_is_the_one_that_cut() -> None:
    doc = document(ceilings=[{"scope": "calendar_year", "cents": 500}, {"scope": "enrollment", "cents": 400}])
    found = run(doc, "NN").results
    assert [(r.paid, r.cut_by) for r in found] == [(10, None), (6, "enrollment")]


def test_what_was_paid_before_counts_under_the_year() -> None:
    schedule = parse(document(ceilings=[{"scope": "calendar_year", "cents": 59_900}]))
    found = replay(schedule, START, [Visit(START, "goal", "met")], prior_cents=59_800).results
    assert [(r.paid, r.cut_by) for r in found] == [(4, "calendar_year")]


def test_two_tracks_share_the_ceiling_and_nothing_else() -> None:
    doc = document(
        track(),
        track(behavior="came", evidence="attendance", target=[]),
        ceilings=[{"scope": "enrollment", "cents": 625}],  # 25 points
    )
    visits = [
        Visit(START, "goal", "met"),
        Visit(START, "came", "met"),
        Visit(START + timedelta(days=1), "goal", "positive"),
        Visit(START + timedelta(days=1), "came", "met"),
    ]
    found = replay(parse(doc), START, visits).results
    assert [(r.behavior, r.due, r.paid) for r in found] == [
        ("goal", 10, 10),
        ("came", 10, 10),
        ("goal", 0, 0),
        ("came", 15, 5),
    ]


def test_draws_are_worth_money_only_when_drawn_so_no_ceiling_cuts_them() -> None:
    doc = document(
        track(pays="draws"),
        bowl={"name": "B", "slips": [{"tier": "small", "count": 1, "cents": 100}]},
        ceilings=[{"scope": "award", "cents": 1}],
    )
    assert [(r.paid, r.cents, r.unit) for r in run(doc, "N").results] == [(10, 0, "draws")]


def test_the_sum_of_a_unit_is_what_was_paid_in_it() -> None:
    came = track(behavior="came", evidence="attendance", target=[], pays="draws")
    schedule = parse(document(track(), came, bowl=BOWL, ceilings=[{"scope": "award", "cents": 300}]))
    visits = [Visit(START + timedelta(days=day), behavior, "met") for day in (0, 1) for behavior in ("goal", "came")]
    found = replay(schedule, START, visits)
    # 10 and 12 of 15 points, 10 and 15 draws.
    assert (found.total("points"), found.total("draws")) == (22, 25)


# -- what comes next -----------------------------------------------------------------------------------------


def test_next_due_is_the_next_step_with_its_run_bonus() -> None:
    doc = document(track(phase(run_bonus={"every": 3, "amount": 40})))
    assert [r.next_due for r in run(doc, "NN N").results] == [15, 60, 25]


def test_after_a_full_week_next_due_is_that_of_the_next_week() -> None:
    doc = document(track(phase((1, 1), rises="week"), phase((2, 2), base=30, step=0)))
    assert [r.next_due for r in run(doc, "NN NN").results] == [10, 30, 30, 0]


def test_after_a_full_week_of_a_weekly_ladder_the_next_one_earns_the_risen_amount() -> None:
    doc = document(track(phase(rises="week")))
    assert [r.next_due for r in run(doc, "NN NN N").results] == [10, 15, 15, 20, 20]


def test_after_a_full_period_at_the_end_of_its_phase_the_next_one_earns_what_the_next_phase_pays() -> None:
    doc = document(track(phase((1, 2), period_weeks=2), phase((3, 4), base=100)), format="cm-schedule/2")
    assert [r.next_due for r in run(doc, "NN").results] == [15, 100]


def test_after_a_visit_before_the_first_day_the_next_one_earns_what_the_first_week_pays() -> None:
    doc = document(track(phase((1, 1)), phase((2, 4), base=100)))
    (found,) = replay(parse(doc), START, [Visit(START - timedelta(days=1), "goal", "met")]).results
    assert (found.why, found.next_due) == ("outside", 10)


def test_a_ladder_state_can_be_that_of_a_later_week() -> None:
    doc = document(track(phase((1, 2)), phase((3, 4), base=100, step=0)))
    found = run(doc, "N")
    assert found.state("goal", START).next_due == 15
    assert found.state("goal", START + timedelta(weeks=2)).next_due == 100
    assert found.state("goal", START + timedelta(weeks=4)).next_due is None


def test_a_ladder_state_says_how_many_met_visits_restore_the_level() -> None:
    assert run(restoring(), "NNNP").state("goal", START + timedelta(days=6)).restores_after == 2
    assert run(restoring(), "NNNPN").state("goal", START + timedelta(days=6)).restores_after == 1
    assert run(restoring(), "NNNPNN").state("goal", START + timedelta(days=6)).restores_after is None


def state_in(doc: dict[str, object], weeks: str, week: int) -> LadderState:
    """The state on the first day of a week, after the visits of the weeks before it or of that one."""
    return run(doc, weeks).state("goal", START + timedelta(weeks=week - 1))


def test_a_ladder_state_has_level_run_and_the_next_amount_with_its_bonus() -> None:
    assert state_in(document(), "", 1) == LadderState("goal", "points", 0, 0, 10, 0, None, 1)
    assert state_in(document(), "N", 1) == LadderState("goal", "points", 1, 1, 15, 0, None, 1)
    bonus = document(track(phase(run_bonus={"every": 3, "amount": 40})))
    assert state_in(bonus, "NN", 2) == LadderState("goal", "points", 2, 2, 60, 40, None, 2)


def test_before_the_first_visit_the_state_is_that_of_the_first_week() -> None:
    doc = document(track(phase((1, 1)), phase((2, 4), base=100)))
    assert [state_in(doc, "", week).next_due for week in (1, 2)] == [10, 100]


def test_after_the_paid_visits_of_a_week_the_next_one_opens_with_the_week_after_it() -> None:
    doc = document(track(phase((1, 1)), phase((2, 4), base=100)))
    assert state_in(doc, "N", 1) == LadderState("goal", "points", 1, 1, 15, 0, None, 1)
    assert state_in(doc, "NN", 1) == LadderState("goal", "points", 0, 2, 100, 0, None, 2)
    # Both days of the week were used, but one of its two visits can still be paid.
    assert state_in(doc, "NE", 1) == LadderState("goal", "points", 0, 1, 100, 0, None, 1)
    assert state_in(doc, "NN", 4) == LadderState("goal", "points", 0, 2, 100, 0, None, 4)


def test_after_the_paid_visits_of_a_period_the_next_one_opens_with_the_next_period() -> None:
    doc = document(track(phase((1, 4), period_weeks=2)), format="cm-schedule/2")
    assert [state_in(doc, "NN", week).opens_week for week in (1, 2, 3)] == [3, 3, 3]
    assert [state_in(doc, "N", week).opens_week for week in (1, 2, 3)] == [1, 2, 3]


def test_a_period_ends_with_the_last_week_of_its_phase() -> None:
    doc = document(track(phase((1, 2), period_weeks=2)), format="cm-schedule/2")
    assert paid(doc, "N NN") == [10, 15, 0]
    assert paid(doc, "NN NN") == [10, 15, 0, 0]


def test_the_state_counts_the_bonus_that_the_next_visit_of_the_same_week_would_fill() -> None:
    doc = document(track(phase(week_bonus=7)), format="cm-schedule/2")
    assert state_in(doc, "N", 1) == LadderState("goal", "points", 1, 1, 22, 7, None, 1, FullPeriod(1, 7, 1))
    assert state_in(doc, "NN", 1) == LadderState("goal", "points", 2, 2, 20, 0, None, 2, FullPeriod(2, 7, 1))


def test_after_the_last_week_nothing_comes_and_the_level_stands_where_it_stood() -> None:
    doc = document(track(restore={"after": 2, "takes_effect": "next", "to": "last_paid"}, pays="draws"), bowl=BOWL)
    assert state_in(doc, "NN N", 5) == LadderState("goal", "draws", 3, 3, None, 0, None, 5)
    assert state_in(doc, "NN NP N", 5) == LadderState("goal", "draws", 1, 1, None, 0, 1, 5)


def test_the_state_has_the_amount_of_a_visit_that_restores_at_once() -> None:
    doc = restoring(after=2, takes_effect="same")
    assert [state_in(doc, letters, 1).next_due for letters in ("NNNP", "NNNPN")] == [10, 20]


def test_an_unknown_behavior_is_an_error() -> None:
    with pytest.raises(KeyError):
        replay(parse(document()), START, [Visit(START, "other", "met")])


def test_the_time_between_visits_does_not_depend_on_the_order_of_recording() -> None:
    schedule = parse(document(track(phase(visits_per_week=14), min_hours_between=4)))
    visits = [Visit(START, "goal", "met", minute=17 * 60), Visit(START, "goal", "met", minute=9 * 60)]
    assert [r.why for r in replay(schedule, START, visits).results] == ["paid", "paid"]
