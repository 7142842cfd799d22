"""A track as a path: what was earned, closed days as gaps, and what is to come.

The schedule pays 10 points for the first visit and 5 more for each next one, and goes back to 10 after a lapse.
"""

from datetime import date, timedelta

from cm_tracker.domain.visits.path import AHEAD, CLOSED, EARNED, NOTHING, TODAY, Expected, Step, path_of
from tests.domain.schedules.documents import phase, track
from tests.domain.visits.histories import START, a_visit, enrollment


def on(day: int) -> date:
    return START + timedelta(days=day)


def test_a_lapse_and_a_closed_day_stand_in_the_path_and_it_goes_on() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 2, "P"), a_visit(3, 7))
    expected = [Expected(on(9)), Expected(on(14), is_drawn=True), *(Expected(on(day)) for day in (16, 21, 23))]
    assert path_of(history, "goal", on(9), expected, {on(4)}) == (
        Step(EARNED, on(0), 10, visit_id=1, outcome="met"),
        Step(NOTHING, on(2), visit_id=2, outcome="positive"),
        Step(CLOSED, on(4)),
        Step(EARNED, on(7), 10, visit_id=3, outcome="met"),
        Step(TODAY, on(9), 15),
        Step(AHEAD, on(14), 20, is_drawn=True),
        Step(AHEAD, on(16), 25),
        Step(AHEAD, on(21), 30),
    )


def test_without_a_plan_the_next_visit_has_no_day() -> None:
    assert path_of(enrollment(a_visit(1, 0)), "goal", on(1)) == (
        Step(EARNED, on(0), 10, visit_id=1, outcome="met"),
        Step(AHEAD, None, 15),
    )
    after_the_last_week = on(28)
    assert path_of(enrollment(), "goal", after_the_last_week) == ()


def test_a_bonus_is_a_part_of_its_step() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 2), tracks=[track(phase(run_bonus={"every": 3, "amount": 40}))])
    assert path_of(history, "goal", on(3), [Expected(on(7))])[-1] == Step(AHEAD, on(7), 60, 40)


def test_a_day_that_has_its_visit_is_neither_closed_nor_expected() -> None:
    history = enrollment(a_visit(1, 0))
    assert path_of(history, "goal", on(0), [Expected(on(0)), Expected(on(2))], {on(0)}) == (
        Step(EARNED, on(0), 10, visit_id=1, outcome="met"),
        Step(AHEAD, on(2), 15),
    )


def test_only_the_last_seven_steps_and_the_next_four_are_shown() -> None:
    days = [week * 7 + day for week in range(4) for day in (0, 1, 2)]
    history = enrollment(*(a_visit(n, day) for n, day in enumerate(days[:9], 1)))
    steps = path_of(history, "goal", on(20), [Expected(on(day)) for day in (21, 22, 23, 24, 25)])
    assert [step.visit_id for step in steps if step.visit_id] == [3, 4, 5, 6, 7, 8, 9]
    assert [step.day for step in steps if step.kind == AHEAD] == [on(21), on(22), on(23), on(24)]
