"""A goal's standing follows from its changes, and what is wrong with one is said at its field."""

from datetime import date, timedelta

import pytest

from cm_tracker.domain.errors import AlreadySettled, InTheFuture
from cm_tracker.domain.goals.goals import (
    Change,
    Standing,
    check_due_day,
    check_goal,
    check_meeting,
    check_open,
    check_steps,
    paying_tracks,
    standing_of,
)
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.refused import refused
from tests.domain.schedules.documents import document, phase, track

TODAY = date(2026, 3, 16)
DUE = date(2026, 3, 20)
OPEN = Standing("open", DUE, frozenset())


def test_a_new_goal_is_open_and_due_on_its_day() -> None:
    assert standing_of(DUE, [], ()) == OPEN
    assert OPEN.is_open and not OPEN.is_overdue(DUE) and OPEN.is_overdue(date(2026, 3, 21))


def test_a_step_is_done_until_its_tick_is_taken_away() -> None:
    ticks = [Change(1, "ticked", 7), Change(2, "ticked", 8), Change(3, "unticked", 7)]
    assert standing_of(DUE, ticks, ()).done_steps == {8}
    assert standing_of(DUE, ticks[:2], ()).done_steps == {7, 8}


def test_the_newest_move_decides_the_due_day() -> None:
    moves = [Change(1, "moved", due_on=date(2026, 4, 1)), Change(2, "moved", due_on=date(2026, 3, 18))]
    assert standing_of(DUE, moves, ()).due_on == date(2026, 3, 18)


@pytest.mark.parametrize(
    ("changes", "counting", "state"),
    [
        ([Change(1, "met", on_day=TODAY)], (), "met"),
        ([Change(1, "met", on_day=TODAY, visit_id=5)], (5,), "met"),
        ([Change(1, "met", on_day=TODAY, visit_id=5)], (4,), "open"),
        ([Change(1, "met", on_day=TODAY, visit_id=5), Change(2, "dropped")], (), "dropped"),
        ([Change(1, "met", on_day=TODAY, visit_id=5), Change(2, "met", on_day=TODAY, visit_id=9)], (9,), "met"),
        ([Change(1, "dropped")], (), "dropped"),
    ],
)
def test_a_goal_is_met_as_long_as_its_visit_counts(
    changes: list[Change], counting: tuple[int, ...], state: str
) -> None:
    assert standing_of(DUE, changes, counting).state == state


def test_a_met_goal_knows_what_settled_it_and_an_undone_one_what_was_undone() -> None:
    met = Change(1, "met", on_day=TODAY, visit_id=5)
    assert (standing_of(DUE, [met], (5,)).settled_by, standing_of(DUE, [met], (5,)).undone) == (met, None)
    assert (standing_of(DUE, [met], ()).settled_by, standing_of(DUE, [met], ()).undone) == (None, met)


def test_a_settled_goal_is_not_overdue_and_takes_nothing_more() -> None:
    dropped = standing_of(DUE, [Change(1, "dropped")], ())
    assert not dropped.is_open and not dropped.is_overdue(date(2026, 5, 1))
    with pytest.raises(AlreadySettled):
        check_open(dropped)
    with pytest.raises(AlreadySettled):
        check_meeting(dropped, TODAY, TODAY, TODAY, "The lease")
    check_open(OPEN)


def right(**more: object) -> None:
    values = {"kind": "work", "title": "Begin a job", "steps": [], "due_on": DUE, "today": TODAY, **more}
    check_goal(**{"is_track_known": True, "goals": 0, **values})  # type: ignore[arg-type]


def test_a_goal_is_checked_as_it_was_entered() -> None:
    right(title="x" * 120, goals=99, steps=["Step"] * 20)
    with refused("Choose the kind of the goal.", "kind"):
        right(kind="")
    with refused("Choose a goal of the list, or write it in own words.", "title"):
        right(title="  ")
    with refused("Shorten the goal to 120 characters.", "title"):
        right(title="x" * 121)
    with refused("This enrollment has 100 goals, and takes no more.", "title"):
        right(goals=100)
    with refused("Choose from the list what the goal pays through.", "behavior"):
        right(is_track_known=False)


def test_steps_are_checked() -> None:
    check_steps(["x" * 200])
    with refused("A goal has at most 20 steps.", "steps"):
        check_steps(["Step"] * 21)
    with refused("Write what the step is.", "step"):
        check_steps(["Look", " "], "step")
    with refused("Shorten each step to 200 characters.", "steps"):
        check_steps(["x" * 201])


def test_a_due_day_lies_between_today_and_two_years() -> None:
    check_due_day(TODAY, TODAY)
    check_due_day(TODAY + timedelta(days=732), TODAY)
    with refused("Past days stay as they were. Choose today or a later day.", "due_on"):
        check_due_day(TODAY - timedelta(days=1), TODAY)
    with refused("Choose a day within the next two years.", "due_on"):
        check_due_day(TODAY + timedelta(days=733), TODAY)


def test_a_goal_is_met_inside_the_enrollment_with_evidence() -> None:
    first = date(2026, 3, 2)
    check_meeting(OPEN, first, first, TODAY, "The lease")
    check_meeting(OPEN, TODAY, first, TODAY, "The lease")
    with pytest.raises(InTheFuture) as error:
        check_meeting(OPEN, date(2026, 3, 17), first, TODAY, "The lease")
    assert error.value.field == "on_day"
    with refused("The enrollment begins on Mar 2, 2026. Choose that day or a later one.", "on_day"):
        check_meeting(OPEN, date(2026, 3, 1), first, TODAY, "The lease")
    with refused("Write what you saw that shows it: a letter, a certificate, a call.", "evidence"):
        check_meeting(OPEN, TODAY, first, TODAY, "")


def test_a_goal_pays_through_a_track_of_finished_activities() -> None:
    tracks = [
        track(phase(), evidence="activity", target=[], behavior="goals"),
        track(phase(), evidence="attendance", target=[], behavior="groups"),
    ]
    schedule = parse(document(*tracks, format="cm-schedule/2"))
    assert [one.behavior for one in paying_tracks(schedule.tracks)] == ["goals"]
