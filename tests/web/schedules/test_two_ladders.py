"""Two ladders in one picture: 448 wide and 188 high inside of its axes, from 44 and 200 on."""

from typing import Any

from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.web.schedules.two_ladders import WeekRow, two_ladders
from tests.domain.schedules.documents import document, phase, track


def schedule(*phases: dict[str, Any], **more: Any) -> Schedule:
    return parse(document(track(*phases, **more)))


def test_each_visit_is_a_step_as_wide_as_its_part_of_the_week() -> None:
    [drawn] = two_ladders(schedule(phase((1, 1))), schedule(phase((1, 1), base=20, step=0)))
    # Of one week the first visit has 44 to 268, and the second one 268 to 492. The axis goes to 20: 20 points are at 12,
    # 10 at 106, and 15 at 59.
    assert drawn.before == "44.0,106.0 268.0,106.0 268.0,59.0 492.0,59.0"
    assert drawn.after == "44.0,12.0 268.0,12.0 268.0,12.0 492.0,12.0"
    assert drawn.area == f"44,200 {drawn.after} 492.0,200"
    assert [tick.label for tick in drawn.amounts] == ["0", "5", "10", "15", "20"]
    assert [(tick.label, tick.at) for tick in drawn.weeks] == [("1", 268.0)]
    assert drawn.title == "All met: a visit pays up to 20 points instead of 15"
    assert (drawn.before_says, drawn.after_says) == ("10 to 15 points", "20 points")


def test_the_table_has_what_the_visits_of_each_week_pay_also_where_one_schedule_is_longer() -> None:
    [drawn] = two_ladders(schedule(phase((1, 1))), schedule(phase((1, 2), visits_per_week=1)))
    assert drawn.rows == (WeekRow(1, "10, 15", "10"), WeekRow(2, "–", "15"))
    assert drawn.title == "All met: the ladders part in week 1, and both reach 15 points"


def test_the_same_ladder_and_one_that_parts_later_say_so() -> None:
    [same] = two_ladders(schedule(), schedule(reset_on=["positive"]))
    assert same.title == "All met: the ladder is the same in both"
    [later] = two_ladders(schedule(phase((1, 3), cap=25)), schedule(phase((1, 3), cap=20)))
    # 10, 15, 20, 25, 25, 25 and 10, 15, 20, 20, 20, 20.
    assert later.title == "All met: a visit pays up to 20 points instead of 25"
    [longer] = two_ladders(schedule(phase((1, 2), cap=10)), schedule(phase((1, 3), cap=10)))
    assert longer.title == "All met: the ladders part in week 3, and both reach 10 points"


def test_a_ceiling_cuts_the_line() -> None:
    before = document(track(phase((1, 2))))
    after = {**before, "ceilings": [{"scope": "enrollment", "cents": 1000}]}
    [drawn] = two_ladders(parse(before), parse(after))
    # A point is worth 25 cents: $10 are 40 points, which the first three visits reach with 10, 15 and 15 of 20.
    assert [row.after for row in drawn.rows] == ["10, 15", "15, 0"]


def test_points_and_draws_share_no_scale_and_a_behavior_of_one_alone_has_no_picture() -> None:
    points, draws = document(track()), document(track(pays="draws"))
    draws["bowl"] = {"name": "Bowl", "slips": [{"tier": "good_job", "count": 1, "cents": 0}]}
    [drawn] = two_ladders(parse(points), parse(draws))
    assert drawn.why_not == "One pays points and the other draws." and drawn.before == ""
    assert two_ladders(parse(points), parse(document(track(behavior="other")))) == ()
